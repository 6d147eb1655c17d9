using Truce.Contracts;
using Truce.Model;
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

    [Fact]
    public void A_node_that_left_for_its_disk_is_told_by_the_others_until_it_is_back()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 23, services: 1);
        SimulatedNode full = cluster.Nodes[new NodeId("n3")];
        full.Disk.Trouble = DiskTrouble.Full;
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(() => Left(cluster) is not null, 60), cluster.Story());
        Assert.Equal("n3", Left(cluster)!.Node);
        Assert.Contains("its store failed", Left(cluster)!.Reason, StringComparison.Ordinal);
        Assert.Contains("; do: ", Left(cluster)!.Reason, StringComparison.Ordinal);
        Assert.True(cluster.RunUntil(() => Status(cluster).State == "held", 60), cluster.Story());
        full.Disk.Trouble = DiskTrouble.None;
        Assert.True(cluster.RunUntil(() => Left(cluster) is null, 60), cluster.Story());
        Assert.True(cluster.RunUntil(() => Status(cluster).State == "settled", 60), cluster.Story());
    }

    private static ClusterStatusDocument Status(SimulatedCluster cluster) =>
        ((ClientReply.Status)cluster.Ask(1, new ClientRequest.GetStatus())!).Cluster;

    private static HoldStatus? Left(SimulatedCluster cluster) =>
        Status(cluster).Holds.FirstOrDefault(h => h.Kind == HoldStatus.Departed);

    private static void Set(SimulatedCluster cluster, DiskTrouble trouble)
    {
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.Disk.Trouble = trouble;
    }
}
