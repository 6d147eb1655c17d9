using System.Runtime.CompilerServices;
using Truce.Contracts;

namespace Truce.Cli.Tests.Metrics;

/// <summary>
/// What a scraper reads. The whole answers are in cases/NAME.txt; TRUCE_ACCEPT=1 writes them anew.
/// </summary>
public sealed class MetricsCommandTests
{
    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 11, 0, 0, TimeSpan.Zero);

    private static readonly string s_cases = Folder();

    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };

    [Fact]
    public async Task A_cluster_with_one_of_each_is_told_in_full()
    {
        _terminal.Cluster!.Configuration = await File.ReadAllTextAsync(
            Path.Combine(s_cases, "cluster.xml"), TestContext.Current.CancellationToken);
        _terminal.Cluster.Status = Troubled;
        _terminal.Cluster.Answer = Remembered;
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("metrics --socket s"));
        Compare("cluster");
    }

    [Fact]
    public async Task Every_name_and_label_of_the_field_is_there()
    {
        _terminal.Cluster!.Configuration = await File.ReadAllTextAsync(
            Path.Combine(s_cases, "cluster.xml"), TestContext.Current.CancellationToken);
        _terminal.Cluster.Status = Troubled;
        _terminal.Cluster.Answer = Remembered;
        await _terminal.RunAsync("metrics --socket s");
        string[] names =
        [
            "pacemaker_nodes{node,type,status}",
            "pacemaker_resources{node,resource,role,managed,status,agent,group,clone}",
            "pacemaker_node_attributes{node,name,value}",
            "pacemaker_fail_count{node,resource}",
            "pacemaker_migration_threshold{node,resource}",
            "pacemaker_location_constraints{constraint,node,resource,role}",
            "pacemaker_stonith_enabled{}", "pacemaker_maintenance_mode_enabled{}",
                "pacemaker_config_last_change{}",
            "corosync_quorate{}", "corosync_ring_errors{}", "corosync_rings{ring_id,node_id,number,address}",
            "corosync_member_votes{node_id,node,local}", "corosync_quorum_votes{type}",
            "scrape_success{collector}", "scrape_duration_seconds{collector}",
        ];
        string[] told =
            [.. _terminal.Output.Split('\n').Where(l =>
                l.StartsWith("ha_cluster_", StringComparison.Ordinal)).Select(Shape).Distinct()];
        Assert.Equal(names.Select(n => "ha_cluster_" + n).Order(StringComparer.Ordinal),
            told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_told_as_such()
    {
        Terminal alone = new();
        Assert.Equal(ExitCode.Unreachable, await alone.RunAsync("metrics --socket /nowhere.sock"));
        Assert.Contains("ha_cluster_scrape_success{collector=\"pacemaker\"} 0\n", alone.Output,
            StringComparison.Ordinal);
        Assert.Contains("ha_cluster_scrape_success{collector=\"corosync\"} 0\n", alone.Output,
            StringComparison.Ordinal);
        Assert.Contains("truce_up 0\n", alone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ha_cluster_pacemaker", alone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ha_cluster_corosync", alone.Output, StringComparison.Ordinal);
        Assert.StartsWith("truce: no cluster answers at /nowhere.sock", alone.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_a_configuration_tells_its_quorum_and_its_nodes()
    {
        _terminal.Cluster!.Status = c =>
            c.Running() with { Quorate = false, State = "forming", Coordinator = null };
        _terminal.Cluster.Answer = asked => asked is ClientRequest.GetConfiguration
            ? new ClientReply.Refused(RefusalKind.NotReady, "no state yet", []) : null;
        Assert.Equal(ExitCode.Unreachable, await _terminal.RunAsync("metrics --socket s"));
        Assert.Contains("ha_cluster_scrape_success{collector=\"pacemaker\"} 0\n", _terminal.Output,
            StringComparison.Ordinal);
        Assert.Contains("ha_cluster_scrape_success{collector=\"corosync\"} 1\n", _terminal.Output,
            StringComparison.Ordinal);
        Assert.Contains("ha_cluster_corosync_quorate 0\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("ha_cluster_pacemaker_nodes{node=\"n1\",type=\"member\",status=\"online\"} 1\n",
            _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("stonith_enabled", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_older_node_does_not_tell_is_left_out()
    {
        _terminal.Cluster!.Status = c => c.Running(("web", "n1")) is var s ? s with
        {
            AnsweredBy = null!, Slower = default, Resources = [s.Resources[0] with { Within = default }],
        } : s;
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync("metrics --socket s"));
        Assert.Contains("agent=\"ocf:pacemaker:Dummy\",group=\"\",clone=\"\"} 1\n", _terminal.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9664")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:9664")]
    [InlineData("[::1]")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("")]
    public async Task What_is_no_address_with_a_port_is_refused(string address)
    {
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(["metrics", "--listen", address]));
        Assert.Contains("write for example 127.0.0.1:9664", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_never_asked_for()
    {
        await _terminal.RunAsync("metrics --socket s");
        Assert.Equal(SecretsShown.Masked,
            Assert.Single(_terminal.Cluster!.Asked.OfType<ClientRequest.GetConfiguration>()).Secrets);
    }

    private static ClusterStatusDocument Troubled(ScriptedCluster cluster)
    {
        EnclosingResource clone = new("webs", "clone"), group = new("g", "group"), dbs =
            new("dbs", "promotable");
        return cluster.Running(("ip", "n1"), ("web", "n1"), ("db", "n2"), ("db", "n1"), ("batch", "n1"),
            ("off", null)) is var s ? s with
        {
            State = "transition",
            Coordinator = "n2",
            AnsweredBy = "n1",
            Nodes =
            [
                s.Nodes[0] with { State = "standby" }, s.Nodes[1],
                s.Nodes[2] with { State = "unclean", Votes = 0 },
            ],
            Resources =
            [
                s.Resources[0] with { Within = [clone, group], Agent = "ocf:heartbeat:IPaddr2", Managed =
                    false },
                s.Resources[1] with { Within = [clone, group], Agent = "systemd:nginx", Role = "Stopping" },
                s.Resources[2] with { Within = [dbs], Role = "Promoted" },
                s.Resources[3] with { Within = [dbs], Role = "Unpromoted" },
                s.Resources[4] with { Failed = true },
                s.Resources[5],
            ],
            Holds = [new HoldStatus("failed-stop", "web", "n1", "stop it"),
                new HoldStatus("quarantine", null, "n3", "why")],
            Quarantined = ["n3"],
            Transition = new TransitionStatus(4, 9, 5, 2, false, ""),
            Pending = [new PendingOperation("web", "stop", 0, "n1", s_at)],
            Fencing = [ScriptedCluster.Fence("n3", "running", ended: false)],
            Links = [new LinkStatus("n2", 0, true), new LinkStatus("n3", 0, false),
                new LinkStatus("n2", 1, true)],
            Votes = new VoteStatus(2, 2, 3),
            FencePaths = new FencePathsStatus(6, 4, []),
            Slower = [new SlowerOperationStatus("web", "stop", 41_200, 20_000, 60_000, "slow")],
        } : s;
    }

    private static ClientReply? Remembered(ClientRequest asked) => asked switch
    {
        ClientRequest.GetEvents { After: 0 } => new ClientReply.Events(
        [
            new ClusterEvent(1, s_at, 0, "view", null, null, ""),
            new ClusterEvent(2, s_at.AddSeconds(1), 0, "node-joined", "n1", null, ""),
            new ClusterEvent(3, s_at.AddSeconds(2), 0, "node-joined", "n3", null, ""),
            new ClusterEvent(4, s_at.AddSeconds(30.5), 0, "node-lost", "n3", null, ""),
            new ClusterEvent(5, s_at.AddSeconds(31), 0, "fence-asked", "n3", null, ""),
        ], 1),
        ClientRequest.GetFenceHistory => new ClientReply.FenceHistory(
        [
            ScriptedCluster.Fence("n3", "running", ended: false),
                ScriptedCluster.Fence("n3", "done", ended: true),
            ScriptedCluster.Fence("n2", "failed", ended: true),
                ScriptedCluster.Fence("n2", "failed", ended: true),
        ]),
        ClientRequest.GetConfigurationHistory => new ClientReply.ConfigurationHistory(
            [new ConfigurationEntry(7, s_at, "root", ""),
                new ConfigurationEntry(6, s_at.AddDays(-1), "root", "")]),
        _ => null,
    };

    private static string Shape(string line)
    {
        int brace = line.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0)
            return line.Split(' ')[0] + "{}";
        IEnumerable<string> labels =
            System.Text.RegularExpressions.Regex.Matches(line, "[{,](\\w+)=\"").Select(m =>
                m.Groups[1].Value);
        return $"{line[..brace]}{{{string.Join(',', labels)}}}";
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "cases");

    private void Compare(string name)
    {
        string file = Path.Combine(s_cases, name + ".txt");
        string text = _terminal.Output.Replace(CommandLine.Version, "VERSION", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            File.WriteAllText(file, text);
        Assert.Equal(File.ReadAllText(file), text);
    }
}
