using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.EndToEnd.Scenarios;

/// <summary>What an administrator does and what a power cut does, on three nodes of processes.</summary>
public sealed class FailoverScenarios(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly string s_bad = Path.Combine(Programs.Root, "tests", "Truce.Model.Tests", "bad");
    private readonly LabCluster _cluster = fixture.Cluster;

    /// <summary>One of each class; what is too large only for the limits of a unit test is taken
    /// here.</summary>
    public static TheoryData<string> BadConfigurations => [.. Directory.EnumerateDirectories(s_bad)
        .Where(c => Path.GetFileName(c) != "oversized")
        .Select(c =>
            Path.GetRelativePath(
            s_bad, Directory.EnumerateFiles(c, "*.xml").Order(StringComparer.Ordinal).First()))
        .Order(StringComparer.Ordinal)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_power_cut_everything_runs_on_the_others_once_the_node_is_certainly_off()
    {
        ClusterView before = await WholeAsync();
        string lost = before.NodeOf("r1")!;
        await _cluster.DoAsync(Cancel, "lab", "kill", lost);
        await _cluster.UntilAsync(
            "served by the others", v =>
            Wishes.IsServed(v) && v.NodeOf("r1") != lost, Wishes.RecoveryMax, Cancel);
        AssertFencedBeforeStart(lost);
        await WholeAsync();
        _cluster.RequireNothingTwice();
    }

    [Fact]
    public async Task A_node_in_standby_runs_nothing_and_serves_again_afterwards()
    {
        await WholeAsync();
        await _cluster.DoAsync(Cancel, "node", "standby", "n2");
        ClusterView view = (await _cluster.StatusAsync(null, Cancel))!;
        Assert.True(Wishes.IsServed(view), view.Text);
        Assert.DoesNotContain(view.Resources, r => r.Node == "n2" && r.IsActive);
        await _cluster.DoAsync(Cancel, "node", "online", "n2");
        await WholeAsync();
        _cluster.RequireNothingTwice();
    }

    [Fact]
    public async Task A_move_leaves_no_constraint_behind()
    {
        ClusterView before = await WholeAsync();
        string configuration = await _cluster.ConfigurationAsync(null, Cancel);
        string to = before.NodeOf("r3") == "n1" ? "n2" : "n1";
        await _cluster.DoAsync(Cancel, "resource", "move", "r3", to);
        Assert.Equal(to, (await _cluster.StatusAsync(null, Cancel))!.NodeOf("r3"));
        Assert.Equal(configuration, await _cluster.ConfigurationAsync(null, Cancel));
        _cluster.RequireNothingTwice();
    }

    [Fact]
    public async Task A_restart_stops_and_starts_it_where_it_is()
    {
        ClusterView before = await WholeAsync();
        int starts = CountOf("r1", "started");
        await _cluster.DoAsync(Cancel, "resource", "restart", "r1");
        Assert.Equal(starts + 1, CountOf("r1", "started"));
        Assert.Equal(before.NodeOf("r1"), (await WholeAsync()).NodeOf("r1"));
    }

    [Fact]
    public async Task An_acknowledged_configuration_survives_the_loss_of_power_on_all_nodes_at_once()
    {
        await WholeAsync();
        await _cluster.DoAsync(Cancel, "attr", "set", "n1", "rack", "seven");
        string configuration = await _cluster.ConfigurationAsync(null, Cancel);
        await _cluster.DoAsync(Cancel, "lab", "kill", "n1", "n2", "n3");
        await _cluster.DoAsync(Cancel, "lab", "boot", "n1", "n2", "n3");
        await WholeAsync();
        foreach (string node in new[] { "n1", "n2", "n3" })
            Assert.Equal(configuration, await _cluster.ConfigurationAsync(node, Cancel));
        _cluster.RequireNothingTwice();
    }

    [Fact]
    public async Task Fencing_by_hand_switches_the_node_off_and_is_in_the_history()
    {
        ClusterView before = await WholeAsync();
        string target = before.Coordinator == "n3" ? "n2" : "n3";
        await _cluster.DoAsync(Cancel, "fence", "--reason", "scenario", "--", target);
        Assert.Contains(
            _cluster.Record(), e => e.Resource is null && e.Node == target && e.What == "power-off");
        Assert.Contains(
            "scenario", await _cluster.DoAsync(Cancel, "fence", "history", target), StringComparison.Ordinal);
        await WholeAsync();
        _cluster.RequireNothingTwice();
    }

    [Theory]
    [InlineData("controller")]
    [InlineData("executor")]
    [InlineData("fencer")]
    [InlineData("api")]
    public async Task A_role_that_is_killed_comes_back_and_services_go_on(string role)
    {
        ClusterView before = await WholeAsync();
        string node = before.NodeOf("r1")!;
        int starts = CountOf("r1", "started");
        Assert.True(RoleProcesses.Kill(_cluster.Folder, node, role), $"{role} of {node} wasn't running");
        await WholeAsync();
        Assert.Equal(starts, CountOf("r1", "started"));
        _cluster.RequireNothingTwice();
    }

    [Fact]
    public async Task A_killed_supervisor_ends_in_a_whole_cluster()
    {
        ClusterView before = await WholeAsync();
        Assert.True(RoleProcesses.Kill(_cluster.Folder, before.NodeOf("r1")!, "supervisor"));
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        await WholeAsync();
        _cluster.RequireNothingTwice();
    }

    [Theory]
    [MemberData(nameof(BadConfigurations))]
    public async Task A_bad_configuration_is_refused_as_a_whole(string file)
    {
        await WholeAsync();
        string configuration = await _cluster.ConfigurationAsync(null, Cancel);
        Ended apply = await _cluster.RunAsync(Cancel, "config", "apply", Path.Combine(s_bad, file));
        Assert.True(apply.Code == 3, $"exit {apply.Code}: {apply.Error}");
        Assert.Matches(@":\d+:\d+: .+; do: .+", apply.Error);
        Assert.Equal(configuration, await _cluster.ConfigurationAsync(null, Cancel));
    }

    [Theory]
    [InlineData("resource", "cleanup", "nosuch")]
    [InlineData("resource", "move", "nosuch", "n1")]
    [InlineData("resource", "restart", "nosuch")]
    [InlineData("resource", "disable", "nosuch")]
    [InlineData("resource", "move", "r1", "n9")]
    [InlineData("resource", "ban", "r1", "n9")]
    [InlineData("node", "standby", "n9")]
    [InlineData("attr", "set", "n9", "a", "b")]
    [InlineData("fence", "n9")]
    public async Task A_name_that_nobody_knows_is_bad_input_and_changes_nothing(params string[] command)
    {
        await WholeAsync();
        string configuration = await _cluster.ConfigurationAsync(null, Cancel);
        Ended ended = await _cluster.RunAsync(Cancel, command);
        Assert.True(ended.Code == 3, $"exit {ended.Code}: {ended.Output}{ended.Error}");
        Assert.Equal(configuration, await _cluster.ConfigurationAsync(null, Cancel));
    }

    [Fact]
    public async Task A_changed_parameter_reloads_an_agent_that_can_and_restarts_it_where_it_must()
    {
        Assert.SkipUnless(
            File.Exists("/usr/lib/ocf/resource.d/pacemaker/Dummy"), "ocf:pacemaker:Dummy isn't installed");
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess, "ocf:pacemaker:Dummy keeps its state where only root may write");
        await WholeAsync();
        string configuration = await _cluster.DoAsync(Cancel, "config", "show");
        await ApplyAsync(WithDummy(configuration, "fake", "one"));
        await WholeAsync();
        Assert.Equal((1, 0), await DoneAsync());
        await ApplyAsync(WithDummy(configuration, "fake", "two"));
        await WholeAsync();
        Assert.Equal((1, 1), await DoneAsync());
        await ApplyAsync(WithDummy(configuration, "state", "/run/Dummy-elsewhere.state"));
        await WholeAsync();
        Assert.Equal((2, 1), await DoneAsync());
        await ApplyAsync(configuration);
        await WholeAsync();
    }

    // How often the agent was started and reloaded, as the log has it.
    private async Task<(int Starts, int Reloads)> DoneAsync()
    {
        string events = await _cluster.DoAsync(Cancel, "events");
        int Count(string operation) =>
            events.Split('\n').Count(l => l.Contains($"{operation} of reloader on", StringComparison.Ordinal)
            && l.Contains(" took ", StringComparison.Ordinal));
        return (Count("start"), Count("reload-agent"));
    }

    private static string WithDummy(string configuration, string parameter, string value) =>
        configuration.Replace(
        "</resources>",
        $"""
        <primitive id="reloader" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="reloader-p">
        <nvpair id="reloader-v" name="{parameter}" value="{value}"/></instance_attributes>
        <operations><op id="reloader-m" name="monitor" interval="10s"/></operations></primitive></resources>
        """,
        StringComparison.Ordinal);

    private async Task ApplyAsync(string configuration)
    {
        string file = Path.Combine(_cluster.Folder, "applied.xml");
        await File.WriteAllTextAsync(file, configuration, Cancel);
        await _cluster.DoAsync(Cancel, "config", "apply", file);
    }

    // The view that was whole: another one a moment later needn't be.
    private async Task<ClusterView> WholeAsync()
    {
        ClusterView? whole = null;
        await _cluster.UntilAsync(
            "whole",
            view =>
            {
                whole = view;
                return Wishes.IsWhole(view);
            },
            Wishes.RecoveryMax,
            Cancel);
        return whole!;
    }

    private int CountOf(string resource, string what) =>
        _cluster.Record().Count(e => e.Resource == resource && e.What == what);

    private void AssertFencedBeforeStart(string lost)
    {
        IReadOnlyList<WorldEvent> record = _cluster.Record();
        WorldEvent off = record.Last(e => e.Resource is null && e.Node == lost && e.What == "power-off");
        WorldEvent start = record.Last(e => e.Resource == "r1" && e.What == "start");
        Assert.True(off.Nanoseconds < start.Nanoseconds, $"[{start}] is before [{off}]");
    }
}
