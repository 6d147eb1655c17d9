using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Corosync;

/// <summary>
/// <c>systemctl stop truced</c>: what runs on the node is stopped, the node leaves, and nothing that doesn't
/// concern it keeps it. The limits are far above what it takes, and below systemd's.
/// </summary>
public sealed class OrderlyStops
{
    private const string StopMax = "40";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The last one's own leave can't be committed; what matters is that it leaves nothing running behind.
    [Fact]
    public async Task One_node_after_the_other_stops_and_the_last_one_leaves_nothing_running()
    {
        await using LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", 3, Cancel);
        await cluster.UntilAsync("whole", Wishes.IsWhole, s_limit, Cancel);
        await StopAsync(cluster, "n3");
        await StopAsync(cluster, "n1");
        await cluster.DoAsync(
            Cancel, "lab", "exec", "n2", "--", "systemctl", "stop", "--no-block", "truced");
        for (int look = 0; look < 80 && cluster.StillRunning().Count > 0; look++)
            await Task.Delay(500, Cancel);
        Assert.Empty(cluster.StillRunning());
        Assert.DoesNotContain(cluster.Record(), e => e.What == "power-off");
        cluster.RequireNothingTwice();
    }

    [Fact]
    public async Task A_node_stops_beside_the_fencing_of_another_that_fails()
    {
        await using LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", 3, Cancel);
        await cluster.UntilAsync("whole", Wishes.IsWhole, s_limit, Cancel);
        await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "1");
        await cluster.DoAsync(Cancel, "lab", "kill", "n3");
        await cluster.UntilAsync("n3 is lost", v => v.Online == 2, s_limit, Cancel, "n2");
        string stopped = (await cluster.StatusAsync("n2", Cancel))!.Coordinator!;
        await StopAsync(cluster, stopped);
        Assert.DoesNotContain(cluster.Record(), e => e.What == "power-off" && e.Node != "n3");
        await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "0");
        await cluster.DoAsync(Cancel, "lab", "exec", stopped, "--", "systemctl", "start", "truced");
        await cluster.UntilAsync("whole again", Wishes.IsWhole, TimeSpan.FromSeconds(180), Cancel);
        cluster.RequireNothingTwice();
    }

    private static Task<string> StopAsync(LabCluster cluster, string node) => cluster.DoAsync(
        Cancel, "lab", "exec", node, "--", "timeout", StopMax, "systemctl", "stop", "truced");
}
