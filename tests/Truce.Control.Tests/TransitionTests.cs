using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>How a graph is carried out.</summary>
public sealed class TransitionTests
{
    [Fact]
    public void An_action_waits_for_its_inputs_and_points_pass_at_once()
    {
        TransitionRun run = new(Graph(null, Run(0, 1), Point(1, 2, 0), Run(2, 1, 1)), 1, "t");
        Assert.Equal([0], Ready(run));
        Assert.Empty(Ready(run));
        run.Complete(0);
        Assert.Equal([2], Ready(run));
        Assert.False(run.IsOver);
        run.Complete(2);
        Assert.True(run.IsOver && run.IsComplete);
    }

    [Fact]
    public void A_failure_orders_nothing_more_and_waits_for_what_is_under_way()
    {
        TransitionRun run = new(Graph(null, Run(0, 1), Run(1, 2), Run(2, 1, 0)), 1, "t");
        Assert.Equal([0, 1], Ready(run));
        run.Fail(0, "code 1");
        Assert.Empty(Ready(run));
        Assert.False(run.IsOver);
        run.Complete(1);
        Assert.True(run.IsOver);
        Assert.Equal("code 1", run.AbortReason);
    }

    [Fact]
    public void No_more_than_the_batch_limit_is_under_way()
    {
        TransitionRun run = new(Graph("2", Run(0, 1), Run(1, 1), Run(2, 1)), 1, "t");
        Assert.Equal([0, 1], Ready(run));
        run.Complete(0);
        Assert.Equal([2], Ready(run));
    }

    [Fact]
    public void What_was_under_way_on_a_lost_node_is_given_up()
    {
        TransitionRun run = new(Graph(null, Run(0, 1), Run(1, 2)), 1, "t");
        Ready(run);
        run.GiveUpOn(Given.Node(2));
        Assert.False(run.IsOver);
        run.Complete(0);
        Assert.True(run.IsOver);
    }

    [Fact]
    public void A_fencing_under_way_holds_up_no_other_plan()
    {
        GraphAction.Fence fence = new()
        {
            Id = 0,
            Action = "reboot",
            Reason = null,
            Operation = "stonith",
            OperationKey = "stonith-n2-reboot",
            Node = Given.Node(2),
            Attributes = [],
            Inputs = [],
        };
        TransitionRun run = new(Graph(null, fence, Run(1, 3)), 1, "t");
        Assert.Equal([0, 1], Ready(run));
        run.Complete(1);
        Assert.False(run.IsOver);
        run.Abort("a node wants to leave");
        Assert.True(run.IsOver);
    }

    [Fact]
    public void A_monitors_first_result_holds_up_no_other_plan()
    {
        GraphAction monitor = Run(0, 1) with { Operation = "monitor", Attributes = [new("CRM_meta_interval", "10000")] };
        TransitionRun run = new(Graph(null, monitor, Run(1, 2)), 1, "t");
        Assert.Equal([0, 1], Ready(run));
        run.Complete(1);
        Assert.False(run.IsOver);
        run.Abort("a node is lost");
        Assert.True(run.IsOver);
    }

    [Theory]
    [InlineData(300_000, false)]
    [InlineData(300_001, true)]
    public void A_monitor_that_begins_much_later_is_not_waited_for(int delay, bool isOver)
    {
        GraphAction monitor = Run(0, 1) with
        {
            Operation = "monitor",
            Attributes = [new("CRM_meta_interval", "10000"), new("CRM_meta_start_delay", $"{delay}")],
        };
        TransitionRun run = new(Graph(null, monitor), 1, "t");
        Order order = Assert.Single(Behind(run));
        Assert.Equal((delay, isOver), (order.StartDelayMs, order.IsPostponed));
        Assert.Equal((isOver, isOver), (run.IsOver, run.NextDeadline is null));
    }

    [Fact]
    public void The_start_of_what_keeps_failing_is_delayed_and_follows_nothing()
    {
        RestartPauses pauses = new();
        TransitionGraph graph = Graph(null, Run(0, 1));
        ResourceId resource = new(((GraphAction.ResourceOperation)graph.Actions[0]).Resource.Id);
        for (int i = 0; i < 11; i++)
        {
            pauses.Read(
                Given.Results(1, Given.Result(Given.Order(1, resource.Value, "start"), 1)), Given.Second(1));
        }

        Order order = Assert.Single(Behind(new TransitionRun(graph, 1, "t", pauses)));
        Assert.Equal((2_000, true), (order.StartDelayMs, order.IsDelayed));
        Assert.False(Assert.Single(Behind(new TransitionRun(graph, 1, "t"))).IsDelayed);
    }

    [Fact]
    public void A_start_with_a_delay_is_taken_back_if_the_run_is_aborted()
    {
        GraphAction start = Run(0, 1) with { Attributes = [new("CRM_meta_start_delay", "3600000")] };
        TransitionRun run = new(Graph(null, start, Run(1, 1, 0)), 1, "t");
        Assert.True(Behind(run)[0] is { IsDelayed: true, IsHeld: true });
        run.Abort("a node is lost");
        Assert.True(run.TakeWithdrawal());
        run.Fail(0, "given up");
        run.Fail(1, "given up");
        Assert.True(run.IsOver);
    }

    [Fact]
    public void An_order_that_no_transition_waits_for_has_a_deadline_all_the_same()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order lost = Given.Order(2, "r", "monitor", interval: 10_000);
        state = Given.Apply(state, Given.Ordered(state, lost));
        PendingWatch watch = new();
        Assert.Empty(watch.Overdue(state, _ => false, Given.Second(1)));
        Assert.Equal(Given.Second(81), watch.NextDeadline);
        Assert.Empty(watch.Overdue(state, _ => false, Given.Second(80)));
        Assert.Equal([lost.OperationId], watch.Overdue(state, _ => false, Given.Second(81)).Select(o => o.OperationId));
        Assert.Empty(watch.Overdue(state, _ => false, Given.Second(82)));
        state = Given.Apply(state, Given.Results(2, Given.Result(lost)));
        Assert.Empty(watch.Overdue(state, _ => false, Given.Second(200)));
        Assert.Null(watch.NextDeadline);
    }

    [Fact]
    public void An_order_that_a_transition_waits_for_has_its_deadline_there()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, Given.Ordered(state, Given.Order(2, "r", "start")));
        PendingWatch watch = new();
        Assert.Empty(watch.Overdue(state, _ => true, Given.Second(1)));
        Assert.Null(watch.NextDeadline);
    }

    [Fact]
    public void An_operation_id_and_its_transition_key_name_each_other() =>
        Assert.Equal("s1:x/7/4", OperationKeys.OperationIdOf(OperationKeys.TransitionKey("s1:x/7/4", 0)));

    [Fact]
    public void An_order_names_its_boot_and_a_result_finds_its_action()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        TransitionRun run = new(Graph(null, Run(4, 2)), 7, "t");
        GraphAction action = run.TakeReady().Single();
        Order order = run.Order(action, state, Given.Second(1))!;
        Assert.Equal("boot2", order.Incarnation);
        Assert.Equal("4:7:0:t", order.TransitionKey);
        Assert.Equal("x", order.Parameters.Single().Text);
        Assert.Equal(action, run.Find(order.OperationId));
        Assert.Null(run.Find("t/6/4"));
        Assert.Empty(run.Overdue(Given.Second(80)));
        Assert.Equal([order.OperationId], run.Overdue(Given.Second(82)));
    }

    [Fact]
    public void A_digest_is_that_of_the_field() =>
        // MD5 of ` <parameters/>` and a newline, which histories of resources without parameters hold.
        Assert.Equal("f2317cad3d54cec5d7d7aa7d0bf35cf8", OperationDigest.Of([], null));

    [Fact]
    public void What_follows_on_the_same_node_is_ordered_along()
    {
        TransitionRun run = new(Graph(null, Run(0, 1), Point(1, 2, 0), Run(2, 1, 1), Run(3, 2, 2), Run(4, 1, 2, 3), Run(5, 1, 2)), 1, "t");
        ImmutableArray<Order> behind = Behind(run);
        Assert.Equal(
            ["t/1/0 after ", "t/1/2 after t/1/0", "t/1/5 after t/1/2"], behind.Select(o => $"{o.OperationId} after {string.Join(' ', o.After)}"));
        Assert.Equal([0, 20_000, 40_000], behind.Select(o => o.AheadMs));
        // The start on the other node waits for the second one's result.
        Assert.Equal([false, true, false], behind.Select(o => o.IsAwaited));
        Assert.Empty(Ready(run));
        run.Complete(0);
        Assert.Empty(Ready(run));
        run.Complete(2);
        Assert.Equal([3], Ready(run));
        Assert.Equal(["t/1/5"], run.Overdue(Given.Second(121)));
    }

    [Fact]
    public void What_follows_is_ordered_one_by_one_under_a_batch_limit()
    {
        TransitionRun run = new(Graph("1", Run(0, 1), Run(1, 1, 0)), 1, "t");
        Order only = Assert.Single(Behind(run));
        Assert.True(only.IsAwaited);
    }

    [Fact]
    public void What_follows_is_taken_back_once_if_the_run_is_aborted()
    {
        TransitionRun run = new(Graph(null, Run(0, 1), Run(1, 1, 0)), 1, "t");
        Assert.Equal(2, Behind(run).Length);
        Assert.False(run.TakeWithdrawal());
        run.Abort("new configuration");
        Assert.True(run.TakeWithdrawal());
        Assert.False(run.TakeWithdrawal());
        Assert.False(run.IsOver);
        run.Fail(1, "withdrawn");
        run.Complete(0);
        Assert.True(run.IsOver);
    }

    // As the coordinator does: what is ready is ordered, and then what is behind it.
    private static ImmutableArray<Order> Behind(TransitionRun run)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order[] given = [.. run.TakeReady().Select(a => run.Order(a, state, Given.Second(1))!)];
        return run.WithFollowers(given, state, Given.Second(1));
    }

    private static int[] Ready(TransitionRun run) => [.. run.TakeReady().Select(a => a.Id)];

    private static TransitionGraph Graph(string? batch, params GraphAction[] actions) =>
        new("60s", "60s", "INFINITY", "INFINITY", batch, null, null, [.. actions]);

    private static GraphAction.ResourceOperation Run(int id, int node, params int[] after) => Given.Start(id, node, after);

    private static GraphAction.Pseudo Point(int id, int node, params int[] after) => new()
    {
        Id = id,
        Operation = "running",
        OperationKey = $"g{id}_running_0",
        Node = Given.Node(node),
        Attributes = [],
        Inputs = Given.Inputs(after),
    };
}
