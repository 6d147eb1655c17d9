using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Scenarios;

/// <summary>What monitoring is told, against what <c>status --json</c> says, through a failover.</summary>
public sealed class ScrapedMetrics
{
    private const string Nodes = "ha_cluster_pacemaker_nodes";
    private const string Resources = "ha_cluster_pacemaker_resources";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_sees_a_failover_as_the_status_tells_it_and_the_end_of_the_cluster()
    {
        Prometheus.Require();
        await using LabCluster cluster = await LabCluster.UpAsync("recorders.xml", 3, Cancel);
        await using MetricsService service = await MetricsService.StartAsync(cluster, Cancel);
        await using Prometheus prometheus = Prometheus.Start(service.Address);
        await prometheus.UntilAsync("up == 1", s => s.Count == 1, Cancel);
        await prometheus.UntilAsync("ha_cluster_scrape_success == 1", s => s.Count == 2, Cancel);
        await prometheus.UntilAsync(Active, s => s.Count == Wishes.Resources.Count, Cancel);
        Assert.True(await AgreeAsync(cluster, service));

        string lost = (await cluster.StatusAsync(null, Cancel))!.NodeOf("r1")!;
        await cluster.DoAsync(Cancel, "lab", "kill", lost);
        int agreed = 0;
        await cluster.UntilAsync(
            "served by the others", v => Wishes.IsServed(v) && v.NodeOf("r1") != lost, Wishes.RecoveryMax,
                Cancel);
        while (agreed < 3)
            agreed += await AgreeAsync(cluster, service) ? 1 : 0;
        var r1 = await prometheus.UntilAsync(
            $"{Resources}{{status=\"active\",resource=\"r1\"}} == 1", s => s is [var one]
                && one["node"] != lost, Cancel);
        Assert.Equal((await cluster.StatusAsync(null, Cancel))!.NodeOf("r1"), r1[0]["node"]);
        await prometheus.UntilAsync("truce_events_total{kind=\"fence-confirmed\"} > 0", s => s.Count == 1,
            Cancel);
        await prometheus.UntilAsync($"truce_fencings{{node=\"{lost}\",result=\"done\"}} > 0", s =>
            s.Count == 1, Cancel);
        await prometheus.UntilAsync("truce_recovery_last_seconds{resource=\"r1\"} > 0", s => s.Count == 1,
            Cancel);

        await cluster.UntilAsync("whole", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
        await cluster.DoAsync(Cancel, "lab", "kill", "n1", "n2", "n3");
        await prometheus.UntilAsync("truce_up == 0", s => s.Count == 1, Cancel);
        await prometheus.UntilAsync("ha_cluster_scrape_success == 0", s => s.Count == 2, Cancel);
        await prometheus.UntilAsync(Active, s => s.Count == 0, Cancel);
    }

    private const string Active = Resources + "{status=\"active\",node!=\"\",agent!~\"stonith:.*\"} == 1";

    // Only what two equal statuses enclose can be compared: the cluster goes on meanwhile.
    private static async Task<bool> AgreeAsync(LabCluster cluster, MetricsService service)
    {
        ClusterView? before = await cluster.StatusAsync(null, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancel);
        string text = await service.ScrapeAsync(Cancel);
        ClusterView? after = await cluster.StatusAsync(null, Cancel);
        if (before is null || after is null || Shape(before) != Shape(after))
            return false;
        Assert.Equal(
            after.Nodes.Where(n => n.State == "online").Select(n => (n.Name, "1")),
            MetricsService.Read(text, Nodes, "node", "status=\"online\"").Where(n => n.Value == "1"));
        Assert.Equal(
            after.Resources.Where(r => r.IsActive).Select(r =>
                $"{r.Id} on {r.Node}").Order(StringComparer.Ordinal),
            ActiveIn(text).Order(StringComparer.Ordinal));
        Assert.Contains($"ha_cluster_corosync_quorate {(after.Quorate ? 1 : 0)}\n", text,
            StringComparison.Ordinal);
        Assert.Contains($"truce_settled {(after.State == "settled" ? 1 : 0)}\n", text,
            StringComparison.Ordinal);
        Assert.Contains($"{Nodes}{{node=\"{after.Coordinator}\",type=\"member\",status=\"dc\"}} 1\n", text,
            StringComparison.Ordinal);
        return true;
    }

    private static IEnumerable<string> ActiveIn(string text) =>
        from line in text.Split('\n')
        where line.StartsWith(Resources + "{", StringComparison.Ordinal)
            && line.EndsWith(" 1", StringComparison.Ordinal)
            && line.Contains("status=\"active\"", StringComparison.Ordinal)
        let resource = MetricsService.Read(line, Resources, "resource")[0].Label
        let node = MetricsService.Read(line, Resources, "node")[0].Label
        select $"{resource} on {node}";

    private static string Shape(ClusterView view) => string.Join(' ',
        [view.State, view.Coordinator, .. view.Nodes.Select(n => n.ToString()),
            .. view.Resources.Select(r => r.ToString())]);
}
