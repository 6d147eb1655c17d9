using Truce.Contracts;
using Truce.Ports;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>A supervisor that doesn't come back.</summary>
public sealed class LostSupervisorTests
{
    [Fact]
    public void Its_node_is_named_on_every_node_and_leaves_in_order()
    {
        SimulatedCluster cluster = Running();
        int node = cluster.Agents.ActiveOn("r1").Single().Value[1] - '0';
        int other = node == 1 ? 2 : 1;
        cluster.Node(node).Kill(RoleKind.Supervisor, TimeSpan.FromMinutes(10));
        Assert.True(
            cluster.RunUntil(() => Enumerable.Range(1, 3).All(n => Names(cluster, n, node)), 30),
            cluster.Story());
        Assert.Equal("settled", Status(cluster, other).State);
        Assert.True(
            cluster.RunUntil(
                () => Status(cluster, other).Nodes.Single(n => n.Name == $"n{node}").State == "offline", 120),
            cluster.Story());
        Assert.True(
            cluster.RunUntil(
                () => cluster.Agents.ActiveOn("r1").Count == 1
                    && cluster.Agents.ActiveOn("r2").Count == 1, 60),
            cluster.Story());
        Assert.DoesNotContain(cluster.Node(node).Id, cluster.Agents.ActiveOn("r1"));
        Assert.Equal(0, cluster.Agents.Shots);
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void One_that_is_back_within_the_grace_costs_nothing()
    {
        SimulatedCluster cluster = Running();
        cluster.Node(3).Kill(RoleKind.Supervisor, TimeSpan.FromSeconds(20));
        Assert.True(cluster.RunUntil(() => Names(cluster, 1, 3), 30), cluster.Story());
        Assert.True(cluster.RunUntil(() => Status(cluster, 1).Holds.IsEmpty, 60), cluster.Story());
        cluster.Clock.Run(TimeSpan.FromMinutes(3));
        Assert.All(Status(cluster, 1).Nodes, n => Assert.Equal("online", n.State));
        Assert.Equal(0, cluster.Agents.Shots);
    }

    private static bool Names(SimulatedCluster cluster, int asked, int node) =>
        Status(cluster, asked).Holds.Any(h => h.Kind == "unsupervised" && h.Node == $"n{node}");

    private static ClusterStatusDocument Status(SimulatedCluster cluster, int asked) =>
        Assert.IsType<ClientReply.Status>(cluster.Ask(asked, new ClientRequest.GetStatus())).Cluster;

    private static SimulatedCluster Running()
    {
        SimulatedCluster cluster = new(seed: 47, nodes: 3);
        cluster.BootAll();
        cluster.Configure(Configurations.Services(2));
        Assert.True(cluster.RunUntil(
            () => ControllerClusterTests.AllActive(cluster, 2) && cluster.IsSettled(), 90), cluster.Story());
        return cluster;
    }
}
