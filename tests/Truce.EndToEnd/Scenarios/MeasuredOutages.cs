using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Scenarios;

/// <summary>What a cluster measures of its operations and recoveries, and tells of them.</summary>
[Collection(Alone.Name)]
public sealed class MeasuredOutages
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_that_grows_is_told_within_three_runs_and_what_was_measured_outlives_every_node()
    {
        await using LabCluster cluster = await LabCluster.UpAsync("recorders.xml", 3, Cancel);
        await RestartAsync(cluster, "r2", 2);
        // It is stopped as it was started: in half a second, a last time.
        await cluster.DoAsync(Cancel, "resource", "set", "r2", "stop_s=2");
        Assert.DoesNotContain("Slower", await cluster.DoAsync(Cancel, "status"), StringComparison.Ordinal);
        int runs = 0;
        while (!(await EventsAsync(cluster)).Contains("stop of r2 took up to 2", StringComparison.Ordinal))
        {
            Assert.True(++runs <= 3, await EventsAsync(cluster));
            await RestartAsync(cluster, "r2", 1);
        }

        string lost = (await cluster.StatusAsync(null, Cancel))!.NodeOf("r1")!;
        await cluster.DoAsync(Cancel, "lab", "kill", lost);
        await cluster.UntilAsync(
            "served by the others", v => Wishes.IsServed(v) && v.NodeOf("r1") != lost,
            Wishes.RecoveryMax, Cancel);
        Assert.Contains("r1 is available again after", await EventsAsync(cluster), StringComparison.Ordinal);
        Assert.Contains("Slower than before\n  stop of r2 took up to 2",
            await cluster.DoAsync(Cancel, "status"), StringComparison.Ordinal);
        Assert.Contains("1 recovery measured, from detection on",
            await cluster.DoAsync(Cancel, "failover-time", "--resource", "r1"), StringComparison.Ordinal);

        await cluster.DoAsync(Cancel, "resource", "cleanup", "r2");
        Assert.DoesNotContain("Slower", await cluster.DoAsync(Cancel, "status"), StringComparison.Ordinal);
        await cluster.UntilAsync("whole", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
        await cluster.DoAsync(Cancel, "lab", "kill", "n1", "n2", "n3");
        await cluster.DoAsync(Cancel, "lab", "boot", "n1", "n2", "n3");
        await cluster.UntilAsync("whole again", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
        Assert.Contains("1 recovery measured, from detection on",
            await cluster.DoAsync(Cancel, "failover-time", "--resource", "r1"), StringComparison.Ordinal);
        cluster.RequireNothingTwice();
    }

    private static async Task RestartAsync(LabCluster cluster, string resource, int times)
    {
        for (int i = 0; i < times; i++)
            await cluster.DoAsync(Cancel, "resource", "restart", resource);
    }

    private static Task<string> EventsAsync(LabCluster cluster) =>
        cluster.DoAsync(Cancel, "events", "--last", "200");
}
