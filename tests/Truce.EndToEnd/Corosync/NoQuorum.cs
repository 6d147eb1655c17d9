using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Corosync;

/// <summary>Three hosts with Corosync that all lose sight of each other: nobody has quorum, and nobody may shoot.</summary>
public sealed class NoQuorum
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_default_everything_is_stopped_everywhere_and_runs_again_after_the_heal()
    {
        await using LabCluster cluster = await SplitAsync("stop");
        await UntilAsync(() => Wishes.Resources.All(s => LastWord(cluster, s) == "stopped"), "everything is stopped");
        await HealAsync(cluster);
    }

    [Fact]
    public async Task Frozen_everything_goes_on_where_it_is()
    {
        await using LabCluster cluster = await SplitAsync("freeze");
        await UntilAsync(() => StatesAsync(cluster), "every node knows that it has no quorum");
        await Task.Delay(TimeSpan.FromSeconds(5), Cancel);
        Assert.All(Wishes.Resources, s => Assert.Equal("started", LastWord(cluster, s)));
        Assert.DoesNotContain(cluster.Record(), e => e.What == "stopped");
        await HealAsync(cluster);
    }

    private static async Task<LabCluster> SplitAsync(string policy)
    {
        LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", 3, Cancel);
        try
        {
            string configuration = await cluster.DoAsync(Cancel, "config", "show");
            string file = Path.Combine(cluster.Folder, "policy.xml");
            await File.WriteAllTextAsync(
                file,
                configuration.Replace(
                    "</cluster_property_set>", $"<nvpair id=\"policy\" name=\"no-quorum-policy\" value=\"{policy}\"/></cluster_property_set>",
                    StringComparison.Ordinal),
                Cancel);
            await cluster.DoAsync(Cancel, "config", "apply", file);
            await cluster.UntilAsync("whole", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
            await cluster.DoAsync(Cancel, "lab", "cut", "n1", "n2,n3");
            await cluster.DoAsync(Cancel, "lab", "cut", "n2", "n3");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task HealAsync(LabCluster cluster)
    {
        await cluster.DoAsync(Cancel, "lab", "heal");
        await cluster.UntilAsync("whole again", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);
        cluster.RequireNothingTwice();
    }

    private static async Task<bool> StatesAsync(LabCluster cluster)
    {
        foreach (string node in new[] { "n1", "n2", "n3" })
        {
            if (await cluster.StatusAsync(node, Cancel) is not { State: "no-quorum" })
                return false;
        }

        return true;
    }

    private static string? LastWord(LabCluster cluster, string service) =>
        cluster.Record().LastOrDefault(e => e.Resource == service && e.What is "started" or "stopped")?.What;

    private static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        for (DateTime end = DateTime.UtcNow + s_limit; !await isSo(); await Task.Delay(200, Cancel))
            Assert.True(DateTime.UtcNow < end, $"not so after {s_limit.TotalSeconds} s: {what}");
    }
}
