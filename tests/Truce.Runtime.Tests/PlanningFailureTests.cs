using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>Planning that fails is loud, is tried again, and keeps nobody from what safety demands.</summary>
public sealed class PlanningFailureTests
{
    private readonly FailingPlanner _planner = new();
    private readonly SimulatedCluster _cluster;

    public PlanningFailureTests()
    {
        _cluster = new SimulatedCluster(seed: 31, nodes: 3) { Planner = _planner };
        _cluster.BootAll();
        _cluster.Configure(Configurations.Services(3));
        Assert.True(_cluster.RunUntil(
            () => ControllerClusterTests.AllActive(_cluster, 3) && _cluster.IsSettled(), 90),
            _cluster.Story());
    }

    [Fact]
    public void A_failure_is_a_hold_and_an_event_and_never_settled_until_a_plan_works()
    {
        Fail();
        ClusterStatusDocument status = Status();
        Assert.Equal("planning", status.State);
        HoldStatus hold = Assert.Single(status.Holds, h => h.Kind == "planning-failed");
        Assert.Contains("InvalidOperationException: no such plan", hold.Reason, StringComparison.Ordinal);
        Assert.Contains("undo the last change", hold.Reason, StringComparison.Ordinal);
        Assert.Single(State.Events, e => e.Kind == "planning-failed");
        Assert.False(_cluster.IsSettled());

        _planner.Failure = null;
        Assert.True(_cluster.RunUntil(_cluster.IsSettled, 90), _cluster.Story());
        Assert.Single(State.Events, e => e.Kind == "planning-works");
        Assert.Empty(Status().Holds);
        Assert.Empty(_cluster.Violations);
    }

    [Fact]
    public void It_is_tried_again_after_a_second_and_ever_more_rarely()
    {
        Fail();
        _planner.Calls = 0;
        _cluster.Clock.Run(TimeSpan.FromSeconds(20));
        Assert.InRange(_planner.Calls, 3, 6);
        _planner.Calls = 0;
        _cluster.Clock.Run(TimeSpan.FromSeconds(600));
        Assert.InRange(_planner.Calls, 8, 16);
        Assert.True(Assert.Single(Status().Holds).Reason.Contains("attempts", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_is_lost_is_fenced_all_the_same_and_nothing_is_started()
    {
        Fail();
        _cluster.Agents.RebootAfter = null;
        NodeId lost = _cluster.Agents.ActiveOn("r1").First();
        _cluster.Nodes[lost].PowerOff();
        Assert.True(_cluster.RunUntil(() => _cluster.Agents.Shots == 1, 90), _cluster.Story());
        _cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(1, _cluster.Agents.Shots);
        Assert.Empty(_cluster.Agents.ActiveOn("r1"));
        _planner.Failure = null;
        Assert.True(_cluster.RunUntil(() => _cluster.Agents.ActiveOn("r1").Count == 1, 120),
            _cluster.Story());
        Assert.Empty(_cluster.Violations);
    }

    [Fact]
    public void What_is_disabled_is_stopped_all_the_same_and_the_rest_runs_on()
    {
        _planner.Failure = new InvalidOperationException("no such plan");
        _cluster.Configure(Configurations.Services(3).Replace(
            "type=\"Service\"><operations><op id=\"r2-m\"",
            "type=\"Service\"><meta_attributes id=\"r2-x\"><nvpair id=\"r2-r\" name=\"target-role\" value=\"Stopped\"/></meta_attributes><operations><op id=\"r2-m\"",
            StringComparison.Ordinal));
        Assert.True(_cluster.RunUntil(() => _cluster.Agents.ActiveOn("r2").Count == 0, 60), _cluster.Story());
        _cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.Single(_cluster.Agents.ActiveOn("r1"));
        Assert.Single(_cluster.Agents.ActiveOn("r3"));
        Assert.Equal(0, _cluster.Agents.Shots);
        Assert.Empty(_cluster.Violations);
    }

    private ReplicatedState State => _cluster.Node(1).Control!.State!;

    private void Fail()
    {
        _planner.Failure = new InvalidOperationException("no such plan");
        Assert.IsType<ClientReply.Done>(_cluster.Ask(1, new ClientRequest.SetTransient("n1", "load", "7")));
        Assert.True(_cluster.RunUntil(() => State.Planning is not null, 30), _cluster.Story());
    }

    private ClusterStatusDocument Status() =>
        Assert.IsType<ClientReply.Status>(_cluster.Ask(1, new ClientRequest.GetStatus())).Cluster;

    private sealed class FailingPlanner : IPlanner
    {
        public Exception? Failure { get; set; }

        public int Calls { get; set; }

        public Plan Plan(Cib cib, PlanOptions options)
        {
            Calls++;
            return Failure is { } failure ? throw failure : Planner.Plan(cib, options);
        }
    }
}
