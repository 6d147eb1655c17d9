using Truce.Contracts;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>Fence devices that their fencer doesn't watch any more: no failure of theirs.</summary>
public sealed class FencerWatchTests
{
    private static readonly string s_watched = Configurations.Services(1).Replace(
        "type=\"fence_sim\"/>",
        "type=\"fence_sim\"><operations><op id=\"p-m\" name=\"monitor\" interval=\"10s\" timeout=\"20s\"/>"
            + "</operations></primitive>",
        StringComparison.Ordinal);

    [Fact]
    public void A_new_fencer_watches_the_devices_again()
    {
        SimulatedCluster cluster = Running(seed: 31);
        foreach (SimulatedNode node in cluster.Nodes.Values)
        {
            node.KillFencer(TimeSpan.FromMilliseconds(300));
            cluster.Clock.Run(TimeSpan.FromSeconds(15));
        }

        IsWatchedWithoutFailure(cluster);
    }

    [Fact]
    public void What_was_stopped_without_quorum_is_watched_again_with_it()
    {
        SimulatedCluster cluster = Running(seed: 32);
        int where = int.Parse(Power(cluster).Node!.AsSpan(1), null);
        cluster.Agents.RebootAfter = null;
        foreach (SimulatedNode node in cluster.Nodes.Values.Where(n => n != cluster.Node(where)))
            node.PowerOff();
        cluster.Clock.Run(TimeSpan.FromSeconds(20));
        foreach (SimulatedNode node in cluster.Nodes.Values.Where(n => !n.Powered))
            node.Boot();
        IsWatchedWithoutFailure(cluster);
    }

    private static void IsWatchedWithoutFailure(SimulatedCluster cluster)
    {
        Assert.True(cluster.RunUntil(() => cluster.IsSettled() && Power(cluster).Role == "Started", 90),
            cluster.Story());
        Assert.False(Power(cluster).Failed, cluster.Story());
        Assert.Equal("0", Power(cluster).FailCount);
        int looks = 0;
        cluster.Agents.Fails = (_, resource, action) =>
        {
            looks += resource == "power" && action == "monitor" ? 1 : 0;
            return false;
        };
        cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.InRange(looks, 4, 8);
    }

    private static ResourceStatus Power(SimulatedCluster cluster) =>
        ((ClientReply.Status)cluster.Ask(1, new ClientRequest.GetStatus())!).Cluster.Resources
            .First(r => r.Id == "power");

    private static SimulatedCluster Running(int seed)
    {
        SimulatedCluster cluster = new(seed, nodes: 3);
        cluster.BootAll();
        cluster.Configure(s_watched);
        Assert.True(cluster.RunUntil(() => cluster.IsSettled() && Power(cluster).Node is not null, 90),
            cluster.Story());
        return cluster;
    }
}
