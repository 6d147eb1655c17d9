using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control.Tests;

/// <summary>Orders that follow others on the same node: what they make of the state, and when the node begins them.</summary>
public sealed class FollowingOrderTests
{
    private static readonly Order s_first = Given.Order(1, "a", "start");
    private static readonly Order s_second = Given.Order(1, "b", "start") with { After = [s_first.OperationId] };
    private static readonly Order s_third = Given.Order(1, "c", "start") with { After = [s_second.OperationId] };

    [Fact]
    public void Is_pending_from_the_order_on_and_in_the_history_from_its_result_on()
    {
        ReplicatedState state = Ordered(s_first, s_second);
        Assert.Equal(2, state.Pending.Count);
        Assert.DoesNotContain("\"b\"", CibWriter.Write(state.Cib), StringComparison.Ordinal);
        Assert.Contains(
            PlanningCib.Compose(state).Status.NodeStates.Single(n => n.Name == Given.Node(1)).History!.Resources,
            r => r.Id.Value == "b" && r.Operations.Single().OpStatus == (int)ExecutionStatus.Pending);
        state = Given.Apply(state, Given.Results(1, Given.Result(s_first), Given.Result(s_second)));
        Assert.Empty(state.Pending);
        Assert.Contains("\"b\"", CibWriter.Write(state.Cib), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_may_start_it_meanwhile()
    {
        ReplicatedState state = Ordered(s_first, s_second);
        Assert.Contains("n1", StartGuard.Objection(state, Given.Order(2, "b", "start"), 0), StringComparison.Ordinal);
        state = Given.Apply(state, Given.Results(1, Given.Result(s_second, status: (int)ExecutionStatus.Cancelled)));
        Assert.Null(StartGuard.Objection(state, Given.Order(2, "b", "start"), 0));
    }

    [Fact]
    public void Is_void_if_what_it_follows_is()
    {
        Order elsewhere = Given.Order(1, "a", "start") with { Incarnation = "earlier" };
        Assert.Empty(Ordered(elsewhere, s_second, s_third).Pending);
    }

    [Fact]
    public void A_report_drops_it_and_leaves_the_history_as_it_was()
    {
        ReplicatedState state = Ordered(s_second with { After = [] });
        state = Given.Apply(state, Given.Results(1, Given.Result(s_second)));
        Order stop = Given.Order(1, "b", "stop") with { After = [s_first.OperationId] };
        state = Given.Apply(state, Given.Ordered(state, s_first, stop));
        string[] running = [s_first.OperationId];
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(1), "s1", "boot1", "e1", running.ToEquatableArray(), [], []));
        Assert.Equal(running, state.Pending.Keys);
        Assert.Contains("\"b\"", CibWriter.Write(state.Cib), StringComparison.Ordinal);
    }

    [Fact]
    public void The_node_goes_from_one_to_the_next()
    {
        ReplicatedState state = Ordered(s_first, s_second, s_third);
        HeldOrders held = Holding(state);
        Assert.Equal("run: given up:", Taken(held, state));
        held.Ended(Given.Result(s_first));
        Assert.Equal("run:b given up:", Taken(held, state));
        held.Ended(Given.Result(s_second));
        Assert.Equal("run:c given up:", Taken(held, state));
    }

    [Fact]
    public void A_failure_ends_the_row()
    {
        ReplicatedState state = Ordered(s_first, s_second, s_third);
        HeldOrders held = Holding(state);
        held.Ended(Given.Result(s_first, code: 1));
        Assert.Equal("run: given up:b,c", Taken(held, state));
    }

    [Fact]
    public void What_has_not_begun_can_be_taken_back()
    {
        ReplicatedState state = Ordered(s_first, s_second, s_third);
        HeldOrders held = Holding(state);
        held.Ended(Given.Result(s_first));
        Assert.Equal("run:b given up:", Taken(held, state));
        held.Withdraw(new Command.Withdrawn(new Epoch(state.View!.Epoch.Ring + 1, 1)));
        Assert.Equal("run: given up:", Taken(held, state));
        held.Withdraw(new Command.Withdrawn(state.View!.Epoch));
        Assert.Equal("run: given up:c", Taken(held, state));
    }

    [Fact]
    public void A_start_delay_counts_from_when_its_turn_comes_and_can_be_taken_back()
    {
        Order late = s_second with { StartDelayMs = 5_000 };
        ReplicatedState state = Ordered(s_first, late);
        foreach (bool withdraws in new[] { false, true })
        {
            HeldOrders held = new();
            held.Follow(late, Given.Ordered(state));
            Assert.Equal("run: given up:", Taken(held, state, 1));
            Assert.Null(held.NextTimer);
            held.Ended(Given.Result(s_first));
            Assert.Equal("run: given up:", Taken(held, state, 10));
            Assert.Equal(Given.Second(15), held.NextTimer);
            if (withdraws)
                held.Withdraw(new Command.Withdrawn(state.View!.Epoch));
            (ImmutableArray<Order> run, ImmutableArray<Order> givenUp) =
                held.Take(state, quorate: true, Given.Second(15));
            Assert.Equal(withdraws ? 0 : 1, run.Length);
            Assert.Equal(withdraws ? 1 : 0, givenUp.Length);
            Assert.All(run, o => Assert.Equal(0, o.StartDelayMs));
        }
    }

    [Fact]
    public void In_another_view_the_row_is_over()
    {
        ReplicatedState state = Ordered(s_first, s_second);
        HeldOrders held = Holding(state);
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        Assert.Equal("run: given up:b", Taken(held, state));
    }

    [Fact]
    public void What_a_guard_objects_to_by_then_is_not_begun()
    {
        ReplicatedState state = Ordered(s_first, s_second);
        HeldOrders held = Holding(state);
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(1, by: 2)), from: 2);
        Assert.Equal("run: given up:", Taken(held, state));
        held.Ended(Given.Result(s_first));
        Assert.Equal("run: given up:b", Taken(held, state));
    }

    private static ReplicatedState Ordered(params Order[] orders)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        return Given.Apply(state, Given.Ordered(state, orders));
    }

    private static HeldOrders Holding(ReplicatedState state)
    {
        HeldOrders held = new();
        Command.Ordered given = Given.Ordered(state);
        foreach (Order order in new[] { s_second, s_third }.Where(o => state.Pending.ContainsKey(o.OperationId)))
            held.Follow(order, given);
        return held;
    }

    private static string Taken(HeldOrders held, ReplicatedState state, int second = 1)
    {
        (ImmutableArray<Order> run, ImmutableArray<Order> givenUp) =
            held.Take(state, quorate: true, Given.Second(second));
        return $"run:{string.Join(',', run.Select(o => o.Resource))} given up:{string.Join(',', givenUp.Select(o => o.Resource))}";
    }
}
