using System.Diagnostics;
using Truce.Contracts;

namespace Truce.Cli.Tests;

public sealed class FileCommandTests
{
    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    private ScriptedCluster Cluster => _terminal.Cluster!;

    [Fact]
    public async Task Check_finds_nothing_in_a_sound_configuration() =>
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("check -", ScriptedCluster.Xml));

    [Fact]
    public async Task Check_names_file_line_and_column_of_what_is_wrong()
    {
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync("check -", ScriptedCluster.Xml.Replace("id=\"b\"", "id=\"a\"", StringComparison.Ordinal)));
        Assert.Matches(@"^-:\d+:\d+: .*; do: .+", _terminal.Output);
    }

    [Fact]
    public async Task Check_answers_no_to_warnings_where_it_is_asked_to()
    {
        string xml = ScriptedCluster.Xml.Replace("<crm_config/>",
            "<crm_config><cluster_property_set id=\"o\"><nvpair id=\"o-1\" name=\"no-quorum-polcy\" value=\"stop\"/></cluster_property_set></crm_config>",
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("check -", xml));
        Assert.Equal(ExitCode.No, await _terminal.RunAsync("check --fail-on warning -", xml));
        Assert.Contains("no-quorum-policy", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_file_that_is_not_there_is_bad_input() =>
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync("check /nowhere/at/all.xml"));

    [Fact]
    public async Task Failover_time_without_a_file_takes_what_the_running_cluster_measured()
    {
        Cluster.Configuration = ScriptedCluster.Xml.Replace("<status/>",
            "<status><truce_measured><times resource=\"web\" kind=\"recovery\" name=\"resource-failure\" "
            + "took=\"2000 3000\" limit=\"0 0\"/></truce_measured></status>", StringComparison.Ordinal);
        await _terminal.RunAsync("failover-time --socket s --resource web");
        Assert.Contains(new ClientRequest.GetConfiguration(null, true), Cluster.Asked);
        Assert.Contains("2 recoveries measured, from detection on: 2 s to 3 s", _terminal.Output,
            StringComparison.Ordinal);
        await _terminal.RunAsync("failover-time --socket s --resource web --cause resource-failure --json");
        Assert.Contains("\"most_ms\": 3000", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failover_time_of_a_file_needs_no_cluster()
    {
        await _terminal.RunAsync("failover-time - --resource web", ScriptedCluster.Xml);
        Assert.Empty(Cluster.Asked);
        Assert.Contains("resource-failure", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_sends_the_file_with_its_comment()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync(["config", "apply", "-", "--socket", "s", "-m", "as planned"], "<cib/>"));
        Assert.Equal("configuration 8 is active\n", _terminal.Output);
        Assert.Contains(new ClientRequest.ApplyConfiguration("<cib/>", null, false, "as planned"), Cluster.Asked);
    }

    [Fact]
    public async Task Apply_on_a_version_that_has_gone_is_refused()
    {
        Assert.Equal(ExitCode.Refused, await _terminal.RunAsync("config apply - --on-version 3 --socket s", "<cib/>"));
        Assert.Equal(7, Cluster.Version);
    }

    [Fact]
    public async Task Config_check_changes_nothing()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("config check - --socket s", "<cib/>"));
        Assert.Equal(7, Cluster.Version);
    }

    [Fact]
    public async Task The_completion_for_bash_is_a_valid_script()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("completion bash"));
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-n"]) { RedirectStandardInput = true })!;
        await bash.StandardInput.WriteAsync(_terminal.Output);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, bash.ExitCode);
    }

    [Fact]
    public async Task A_shell_that_asks_for_completions_gets_commands()
    {
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync(["[suggest:4]", "stat"]));
        Assert.Equal("status", _terminal.Output.Trim());
        await _terminal.RunAsync(["[suggest:9]", "resource m"]);
        Assert.Contains("move", _terminal.Output.Split('\n'));
    }
}
