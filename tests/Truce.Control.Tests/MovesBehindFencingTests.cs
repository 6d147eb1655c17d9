using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>Resources that run well stay up while a fencing holds up their start elsewhere.</summary>
public sealed class MovesBehindFencingTests
{
    private const int Shot = 1;
    private static readonly GraphAction s_shot = Given.Fence(Shot, 3);

    [Fact]
    public void The_stop_of_a_move_waits_for_the_fencing_that_its_start_waits_for()
    {
        TransitionRun run = Run(Stop(10, "r", 1), Start(11, "r", 2, 10, Shot), s_shot);
        Assert.Equal([Shot], Ready(run));
        Assert.False(run.IsOver);
        run.Complete(Shot);
        Assert.Equal([10], Ready(run));
    }

    [Fact]
    public void The_members_of_a_group_move_together()
    {
        TransitionRun run = Run(
            Stop(10, "b", 1), Stop(11, "a", 1, 10), Start(12, "a", 2, 11, Shot), Start(13, "b", 2, 10, 12),
                s_shot);
        Assert.Equal([Shot], Ready(run));
    }

    [Fact]
    public void What_another_resource_waits_for_is_stopped_at_once()
    {
        TransitionRun run = Run(
            Stop(10, "test", 1), Start(11, "test", 2, 10, Shot), Start(12, "db", 1, 10, Shot), s_shot);
        Assert.Equal([Shot, 10], Ready(run).Order());
    }

    [Fact]
    public void A_stop_behind_which_stands_a_fencing_is_not_held()
    {
        TransitionRun run = Run(
            Stop(10, "r", 1), Start(11, "r", 2, 10, Shot), s_shot with { Inputs = Given.Inputs([10]) });
        Assert.Equal([10], Ready(run));
    }

    [Fact]
    public void A_restart_in_place_and_a_stop_for_good_are_not_held()
    {
        TransitionRun run = Run(
            Stop(10, "r", 1), Start(11, "r", 1, 10, Shot), Stop(12, "gone", 1), s_shot);
        Assert.Equal([Shot, 10, 12], Ready(run).Order());
    }

    [Theory]
    [InlineData("shutdown", "1700000000")]
    [InlineData("standby", "on")]
    [InlineData("fail-count-r#monitor_10000", "1")]
    public void What_has_failed_or_has_to_leave_its_node_is_stopped_at_once(string attribute, string value)
    {
        ReplicatedState state = Given.Apply(
            Given.Joined(1, 2, 3), new Command.SetTransient(Given.Node(1), attribute, value));
        TransitionRun run = Run(state, Stop(10, "r", 1), Start(11, "r", 2, 10, Shot), s_shot);
        Assert.Equal([Shot, 10], Ready(run).Order());
    }

    private static TransitionRun Run(params GraphAction[] actions) => Run(Given.Joined(1, 2, 3), actions);

    private static TransitionRun Run(ReplicatedState state, params GraphAction[] actions) => new(
        new TransitionGraph("60s", "60s", "INFINITY", "INFINITY", null, null, null, [.. actions]), 1, "t",
            state: state);

    private static ImmutableArray<int> Ready(TransitionRun run) => [.. run.TakeReady().Select(a => a.Id)];

    private static GraphAction.ResourceOperation Stop(int id, string resource, int node,
        params int[] after) =>
        Start(id, resource, node, after) with { Operation = "stop", OperationKey = $"{resource}_stop_0" };

    private static GraphAction.ResourceOperation Start(int id, string resource, int node,
        params int[] after) =>
        Given.Start(id, node, after) with
        {
            OperationKey = $"{resource}_start_0",
            Resource = new GraphResource(resource, null, "ocf", "sim", "Service"),
            Instance = new ResourceId(resource),
        };
}
