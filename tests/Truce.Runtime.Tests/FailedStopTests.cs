using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>A stop that failed costs a node only where something may be left.</summary>
public sealed class FailedStopTests
{
    [Fact]
    public void A_stop_that_fails_where_nothing_is_left_costs_no_shot_and_the_service_moves_on()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 10, services: 2);
        NodeId bad = cluster.Agents.ActiveOn("r1").Single();
        cluster.Agents.Fails = (node, resource, action) =>
            node == bad && resource == "r1" && action == "stop";
        cluster.Agents.Crash("r1");
        Assert.True(cluster.RunUntil(
            () => cluster.IsSettled() && cluster.Agents.ActiveOn("r1").Count == 1, 120), cluster.Story());
        Assert.Equal(0, cluster.Agents.Shots);
        ReplicatedState state = cluster.Node(1).Control!.State!;
        Assert.Contains(
            state.Events, e => e.Kind == "stop-proven" && e.Resource == "r1");
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void A_stop_that_fails_while_the_service_runs_costs_its_node()
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 10, services: 2);
        NodeId bad = cluster.Agents.ActiveOn("r1").Single();
        cluster.Agents.Fails = (node, resource, action) =>
            node == bad && resource == "r1" && action == "stop";
        string away = $"<rsc_location id=\"away\" rsc=\"r1\" node=\"{bad}\" score=\"-INFINITY\"/>";
        cluster.Configure(Configurations.Services(2).Replace(
            "<constraints>", "<constraints>" + away, StringComparison.Ordinal));
        Assert.True(cluster.RunUntil(() => cluster.Agents.Shots == 1, 60), cluster.Story());
        Assert.Empty(cluster.Violations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_stop_that_needs_twice_its_time_out_costs_a_shot_only_if_it_makes_no_progress(int shots)
    {
        SimulatedCluster cluster = ControllerClusterTests.Running(seed: 10, services: 2);
        NodeId bad = cluster.Agents.ActiveOn("r1").Single();
        cluster.Agents.Takes = (node, spec) =>
            node == bad && spec is { Resource: "r1", Action: "stop" } ? 2 * spec.Timeout : null;
        cluster.Agents.MakesProgress = (_, _) => shots == 0;
        string away = $"<rsc_location id=\"away\" rsc=\"r1\" node=\"{bad}\" score=\"-INFINITY\"/>";
        cluster.Configure(Configurations.Services(2).Replace(
            "<constraints>", "<constraints>" + away, StringComparison.Ordinal));
        Assert.True(
            cluster.RunUntil(() => cluster.Agents.ActiveOn("r1").Any(n => n != bad), 240), cluster.Story());
        Assert.Equal(shots, cluster.Agents.Shots);
        Assert.Empty(cluster.Violations);
    }
}
