using System.Text.Json;
using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary><c>truce config import</c> as it is typed; Truce.Analysis.Tests has what it reports.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Upstart = "<primitive id=\"up\" class=\"upstart\" type=\"cron\"/>";

    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private ScriptedCluster Cluster => _terminal.Cluster!;

    private string Target => Path.Combine(_folder, "truce.xml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_dry_run_reports_and_needs_no_cluster()
    {
        Assert.Equal(ExitCode.Done, await ImportAsync("- --dry-run"));
        Assert.Contains("== on taking over\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Matches(@"-: \d+ elements: \d+ taken over, \d+ different, 0 not", _terminal.Output);
        Assert.DoesNotContain("<configuration>", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Tried);
    }

    [Fact]
    public async Task Without_one_the_cluster_gets_the_configuration_without_the_status()
    {
        Assert.Equal(ExitCode.Done, await ImportAsync("- --socket s"));
        ClientRequest.ApplyConfiguration applied =
            Assert.Single(Cluster.Asked.OfType<ClientRequest.ApplyConfiguration>());
        Assert.Contains("<configuration>", applied.Xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<status", applied.Xml, StringComparison.Ordinal);
        Assert.Equal("imported from -", applied.Comment);
        Assert.EndsWith("- was imported as configuration 8\n", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_every_line_and_the_version()
    {
        Assert.Equal(ExitCode.Done, await ImportAsync("- --socket s --json"));
        using JsonDocument report = JsonDocument.Parse(_terminal.Output);
        Assert.Equal(8, report.RootElement.GetProperty("version").GetInt64());
        Assert.NotEqual(0, report.RootElement.GetProperty("takenOver").GetArrayLength());
        Assert.Equal(0, report.RootElement.GetProperty("unsupported").GetArrayLength());
    }

    [Fact]
    public async Task What_is_not_supported_is_told_and_not_imported()
    {
        string xml = With(Upstart);
        Assert.Equal(ExitCode.No, await ImportAsync("- --dry-run", xml));
        Assert.Matches(@"-:\d+:\d+: primitive\[@id='up'\]: .*upstart; do: ", _terminal.Output);
        Assert.Equal(ExitCode.BadInput, await ImportAsync("- --socket s", xml));
        Assert.Contains("- was not imported", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(7, Cluster.Version);
    }

    [Fact]
    public async Task Something_broken_is_not_imported()
    {
        Assert.Equal(ExitCode.BadInput, await ImportAsync("- --socket s", "<cib><configuration>"));
        Assert.Equal(7, Cluster.Version);
        Assert.Matches(@"-:\d+:\d+: ", _terminal.Error);
    }

    [Fact]
    public async Task The_output_is_what_the_cluster_would_get_and_for_its_owner_only()
    {
        Assert.Equal(ExitCode.Done, await ImportAsync($"- --output {Target}"));
        string written = await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        Assert.EndsWith($"{Target} was written\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await ImportAsync("- --output -"));
        Assert.Equal(written, _terminal.Output);
        Assert.Contains("== on taking over", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Tried);
    }

    [Fact]
    public async Task An_output_that_is_refused_as_it_is_says_so()
    {
        Assert.Equal(ExitCode.No, await ImportAsync($"- --output {Target}", With(Upstart)));
        Assert.EndsWith("was written; Truce refuses it until what isn't supported is corrected\n",
            _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, await ImportAsync($"- --output {_folder}/no/such"));
    }

    [Fact]
    public async Task Live_asks_cibadmin()
    {
        await InstallAsync("#!/bin/sh\n[ \"$*\" = --query ] && cat <<'X'\n" + ScriptedCluster.Xml + "\nX\n");
        Assert.Equal(ExitCode.Done, await ImportAsync("--live --dry-run"));
        Assert.Contains("cibadmin --query:", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pacemaker_that_does_not_answer_is_no_cluster()
    {
        await InstallAsync("#!/bin/sh\necho not connected >&2\nexit 102\n");
        Assert.Equal(ExitCode.Unreachable, await ImportAsync("--live --dry-run"));
        Assert.Contains("Pacemaker doesn't answer: not connected", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config import --dry-run")]
    [InlineData("config import cluster.xml --live --dry-run")]
    public async Task A_file_or_the_live_cluster_is_needed(string line) =>
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(line));

    private Task<ExitCode> ImportAsync(string words, string xml = ScriptedCluster.Xml) =>
        _terminal.RunAsync("config import " + words, xml);

    private static string With(string resource) =>
        ScriptedCluster.Xml.Replace("</resources>", resource + "</resources>", StringComparison.Ordinal);

    private async Task InstallAsync(string script)
    {
        string program = Path.Combine(_folder, "cibadmin");
        await File.WriteAllTextAsync(program, script, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _terminal.With("PATH", _folder);
    }
}
