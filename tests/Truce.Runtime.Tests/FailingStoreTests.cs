using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>Disks that take nothing: controllers know, say so, and go on once they work again.</summary>
public sealed class FailingStoreTests
{
    [Fact]
    public void Nothing_is_acknowledged_while_no_disk_takes_anything()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 21, services: 1);
        Set(cluster, DiskTrouble.Full);
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(() => cluster.Nodes.Values.All(
            n => n.Control is { StoreTrouble: not null, CanKeepNothing: true }), 60), cluster.Story());
        Set(cluster, DiskTrouble.None);
        Assert.True(cluster.RunUntil(() => cluster.Nodes.Values.All(
            n => n.Control is { StoreTrouble: null, CanKeepNothing: false }), 60), cluster.Story());
        Assert.True(cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Count == 1, 60), cluster.Story());
        Assert.Empty(cluster.Violations);
    }

    private static void Set(SimulatedCluster cluster, DiskTrouble trouble)
    {
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.Disk.Trouble = trouble;
    }
}
