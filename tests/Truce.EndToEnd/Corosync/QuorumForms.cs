using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Corosync;

/// <summary>
/// Quorum other than by a majority of nodes, on hosts with Corosync: two_node with wait_for_all, auto_tie_breaker, a
/// quorum device. What each means for what Truce may do is in docs/operations/corosync.md.
/// </summary>
public sealed class QuorumForms
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_nodes_one_goes_on_alone_and_after_a_boot_waits_for_the_other()
    {
        await using LabCluster cluster = await UpAsync(2);
        await cluster.DoAsync(Cancel, "lab", "set", "boot_delay", "none");
        await cluster.DoAsync(Cancel, "lab", "kill", "n1");
        await UntilAsync(cluster, "n2 runs everything", v => v.Online == 1 && Wishes.Resources.All(r => v.NodeOf(r) == "n2"));
        await cluster.DoAsync(Cancel, "lab", "kill", "n2");
        int told = cluster.Record().Count;
        await cluster.DoAsync(Cancel, "lab", "boot", "n2");
        await UntilAsync(cluster, "n2 says that it has no quorum", v => v.State == "no-quorum", "n2");
        await Task.Delay(TimeSpan.FromSeconds(8), Cancel);
        Assert.DoesNotContain(cluster.Record().Skip(told), e => e.What == "started");
        // The way out, if the other never comes: a person's word that it is off.
        await cluster.DoAsync(Cancel, "fence", "confirm", "n1", "--it-is-off", "--node", "n2");
        await UntilAsync(cluster, "n2 runs everything", v => Wishes.Resources.All(r => v.NodeOf(r) == "n2"), "n2");
        await cluster.DoAsync(Cancel, "lab", "boot", "n1");
        await WholeAsync(cluster, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_nodes_that_lose_sight_of_each_other_never_run_anything_twice(bool fencingFails)
    {
        await using LabCluster cluster = await UpAsync(2);
        if (fencingFails)
            await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "1");
        await cluster.DoAsync(Cancel, "lab", "cut", "n1", "n2");
        await Task.Delay(TimeSpan.FromSeconds(12), Cancel);
        if (fencingFails)
            Assert.DoesNotContain(cluster.Record(), e => e.What == "power-off");
        await cluster.DoAsync(Cancel, "lab", "heal");
        await cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "0");
        await WholeAsync(cluster, 2);
    }

    [Fact]
    public async Task With_a_tie_breaker_the_half_with_the_lowest_node_goes_on()
    {
        await using LabCluster cluster = await UpAsync(4, "--quorum", "auto_tie_breaker=1");
        await cluster.DoAsync(Cancel, "lab", "set", "boot_delay", "none");
        await cluster.DoAsync(Cancel, "lab", "cut", "n1,n2", "n3,n4");
        await UntilAsync(
            cluster, "n1 and n2 run everything",
            v => v.IsSettled && v.Online == 2 && Wishes.Resources.All(r => v.NodeOf(r) is "n1" or "n2"), "n1");
        await cluster.DoAsync(Cancel, "lab", "heal");
        await cluster.DoAsync(Cancel, "lab", "boot", "n3", "n4");
        await WholeAsync(cluster, 4);
    }

    [Fact]
    public async Task With_a_quorum_device_one_of_two_nodes_goes_on_and_the_other_does_nothing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/corosync-qnetd"), "corosync-qnetd isn't installed");
        await using LabCluster cluster = await UpAsync(2, "--witness");
        await cluster.DoAsync(Cancel, "lab", "set", "boot_delay", "none");
        // The device is asked by n2 alone, and so its vote is n2's.
        await cluster.DoAsync(Cancel, "lab", "cut", "n1", "n2,client");
        await UntilAsync(cluster, "n2 runs everything", v => v.Online == 1 && Wishes.Resources.All(r => v.NodeOf(r) == "n2"), "n2");
        Assert.DoesNotContain(cluster.Record(), e => e.What == "power-off" && e.Node == "n2");
        await cluster.DoAsync(Cancel, "lab", "heal");
        await cluster.DoAsync(Cancel, "lab", "boot", "n1");
        await WholeAsync(cluster, 2);
        // A node that boots without its peer has the device's vote, and with it quorum: nobody else can have it.
        await cluster.DoAsync(Cancel, "lab", "kill", "n1");
        await UntilAsync(cluster, "n2 runs everything again", v => v.Online == 1 && Wishes.Resources.All(r => v.NodeOf(r) == "n2"), "n2");
        cluster.RequireNothingTwice();
    }

    // The shared configuration, with the nodes there are: one that is only configured would have to be fenced.
    private static async Task<LabCluster> UpAsync(int nodes, params string[] more)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "configurations", "recorders.xml"), Cancel);
        const string Third = "<node id=\"3\" uname=\"n3\"/>";
        Assert.Contains(Third, text, StringComparison.Ordinal);
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                text.Replace(Third, nodes == 2 ? "" : Third + "<node id=\"4\" uname=\"n4\"/>", StringComparison.Ordinal),
                Cancel);
            LabCluster cluster = await LabCluster.UpOnCorosyncAsync(file, nodes, Cancel, more);
            await cluster.UntilAsync("whole", v => v.Online == nodes && Wishes.IsServed(v), s_limit, Cancel);
            return cluster;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task WholeAsync(LabCluster cluster, int nodes)
    {
        await cluster.UntilAsync("whole again", v => v.Online == nodes && Wishes.IsServed(v), s_limit, Cancel);
        cluster.RequireNothingTwice();
    }

    private static Task<TimeSpan> UntilAsync(LabCluster cluster, string what, Func<ClusterView, bool> isSo, string? node = null) =>
        cluster.UntilAsync(what, isSo, s_limit, Cancel, node);
}
