using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Scenarios;

/// <summary>A day's work at a terminal, without XML: what the verbs say is what happens in the
/// world.</summary>
public sealed class EverydayVerbs
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_is_made_changed_grouped_and_deleted_and_nothing_is_left_of_it()
    {
        await using LabCluster cluster = await LabCluster.UpAsync("recorders.xml", 3, Cancel);
        string before = await cluster.ConfigurationAsync(null, Cancel);

        string made = await cluster.DoAsync(
            Cancel, "resource", "create", "x", "ocf:truce-test:recorder", "stop_s=0.1", "--after", "r1",
                "--with", "r1");
        ClusterView view = (await cluster.StatusAsync(null, Cancel))!;
        Assert.Contains($"runs on {view.NodeOf("r1")}", made, StringComparison.Ordinal);
        Assert.Equal(view.NodeOf("r1"), view.NodeOf("x"));

        string tried = await cluster.DoAsync(Cancel, "resource", "set", "x", "start_s=0.1", "--dry-run");
        Assert.Contains($"would restart x on {view.NodeOf("x")}", tried, StringComparison.Ordinal);
        Assert.Equal(1, Count(cluster, "started"));
        await cluster.DoAsync(Cancel, "resource", "set", "x", "start_s=0.1");
        Assert.Equal(2, Count(cluster, "started"));
        Assert.Contains("already", await cluster.DoAsync(Cancel, "resource", "set", "x", "start_s=0.1"),
            StringComparison.Ordinal);

        Ended typing = await cluster.RunAsync(Cancel, "resource", "set", "x", "strat_s=1");
        Assert.Equal(3, typing.Code);
        Assert.Contains("did you mean start_s?", typing.Error, StringComparison.Ordinal);

        // A warning comes with the change that brings what it warns of, and with no other.
        Ended warned = await cluster.RunAsync(Cancel, "option", "set", "fencing-timeout=1ms");
        Assert.Contains("fencing times out", warned.Error, StringComparison.Ordinal);
        Ended silent = await cluster.RunAsync(Cancel, "option", "set", "cluster-delay=50s");
        Assert.Equal((0, ""), (silent.Code, silent.Error));
        await cluster.DoAsync(Cancel, "option", "unset", "cluster-delay");
        await cluster.DoAsync(Cancel, "option", "unset", "fencing-timeout");
        await cluster.DoAsync(Cancel, "resource", "delete", "x");
        Assert.Null((await cluster.StatusAsync(null, Cancel))!.NodeOf("x"));
        Assert.Equal((2, 2), (Count(cluster, "started"), Count(cluster, "stopped")));
        Assert.Equal(before, await cluster.ConfigurationAsync(null, Cancel));
        cluster.RequireNothingTwice();
    }

    private static int Count(LabCluster cluster, string what) =>
        cluster.Record().Count(e => e.Resource == "x" && e.What == what);
}
