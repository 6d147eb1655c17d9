using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Corosync;

/// <summary>Corosync that hangs on a node that nobody can fence.</summary>
public sealed class HungEngine
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_node_stops_its_resources_and_comes_back_when_its_engine_goes_on()
    {
        await using LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", 3, Cancel);
        await cluster.UntilAsync("whole", Wishes.IsWhole, s_limit, Cancel);
        string node = cluster.StillRunning()[0].Node;
        string other = node == "n1" ? "n2" : "n1";
        await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "1");
        await SignalAsync(cluster, node, "STOP");
        for (int look = 0; look < 120 && cluster.StillRunning().Any(r => r.Node == node); look++)
            await Task.Delay(500, Cancel);
        Assert.DoesNotContain(cluster.StillRunning(), r => r.Node == node);
        Assert.DoesNotContain(cluster.Record(), e => e.What == "power-off");
        await SignalAsync(cluster, node, "CONT");
        await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "0");
        await cluster.UntilAsync("whole again", Wishes.IsWhole, TimeSpan.FromSeconds(180), Cancel, other);
        cluster.RequireNothingTwice();
    }

    private static Task<string> SignalAsync(LabCluster cluster, string node, string signal) =>
        cluster.DoAsync(
            Cancel, "lab", "exec", node, "--", "systemctl", "kill", $"--signal={signal}", "corosync");
}
