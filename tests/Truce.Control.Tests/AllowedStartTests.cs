using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control.Tests;

/// <summary>Starts that are allowed with a fence intent: what they make of the state, promises S1 and S2.</summary>
public sealed class AllowedStartTests
{
    private static Order Start(string resource, int node = 1, params string[] after) =>
        Given.Order(node, resource, "start") with { After = after.ToEquatableArray() };

    private static ReplicatedState Asked(ReplicatedState state, params Order[] allowed) =>
        Given.Apply(state, new Command.FenceAsked(Given.Intent(3) with
        {
            Allowed = allowed.ToEquatableArray(),
            AllowedIn = state.View!.Epoch,
        }));

    private static Command.FenceEnded Ended(bool succeeded) => new("f1", Given.Node(1), succeeded, "power", "");

    [Fact]
    public void Is_pending_at_once_and_in_the_history_only_when_the_fencing_is_confirmed()
    {
        Order start = Start("r");
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), start);
        Assert.Equal("f1", state.Pending[start.OperationId].Fence);
        Assert.DoesNotContain(state.Events, e => e.Kind == "start-asked");
        state = Given.Apply(state, Ended(true));
        Assert.Null(state.Pending[start.OperationId].Fence);
        Assert.True(
            state.Events.Last(e => e.Kind == "fence-confirmed").Index < state.Events.Last(e => e.Kind == "start-asked").Index);
    }

    [Fact]
    public void Nobody_else_may_start_it_meanwhile()
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("r"));
        Assert.Contains("n1", StartGuard.Objection(state, Start("r", 2), state.FenceEpoch), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_may_start_it_while_the_one_who_was_allowed_to_is_lost_and_not_fenced()
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("r"));
        state = Given.Apply(state, Given.Formed(9, 3, 2, 3), from: 2);
        Assert.Equal(MemberPhase.Lost, state.Member(Given.Node(1))!.Phase);
        Assert.NotNull(StartGuard.Objection(state, Start("r", 2), state.FenceEpoch));
        Assert.Contains(
            PlanningCib.Compose(state).Status.NodeStates.Single(n => n.Name == Given.Node(1)).History!.Resources,
            r => r.Id.Value == "r" && r.Operations.Any(o => o.Operation == "start"));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(1, by: 2, id: "f2")), from: 2);
        state = Given.Apply(state, new Command.FenceEnded("f2", Given.Node(2), true, "power", ""), from: 2);
        // It isn't active there any more; that it may have cost the node is another matter.
        Assert.Null(LostNodes.MayBeActiveOn(state, new ResourceId("r"), Given.Node(2)));
        Assert.Contains(
            "waits until n1 is back", StartGuard.Objection(state, Start("r", 2), state.FenceEpoch)!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Is_void_in_another_view_than_the_plan_was_made_in()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Command.FenceAsked asked = new(Given.Intent(3) with
        {
            Allowed = new[] { Start("r") }.ToEquatableArray(),
            AllowedIn = new Epoch(5, 5),
        });
        state = Given.Apply(state, asked);
        Assert.Empty(state.Pending);
        Assert.Single(state.OpenFences);
    }

    [Fact]
    public void Is_left_out_where_the_resource_may_be_active_on_a_survivor()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order running = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, running));
        state = Given.Apply(state, Given.Results(2, Given.Result(running)), from: 2);
        Assert.Empty(Asked(state, Start("r")).Pending);
    }

    [Fact]
    public void Is_allowed_only_to_the_one_who_shoots()
    {
        Assert.Empty(Asked(Given.Joined(1, 2, 3), Start("r", node: 2)).Pending);
    }

    [Fact]
    public void Is_left_out_if_what_it_waits_for_is()
    {
        Assert.Empty(Asked(Given.Joined(1, 2, 3), Start("r", 1, "t/1/nothing")).Pending);
    }

    [Fact]
    public void Given_up_it_leaves_the_history_as_it_was()
    {
        Order start = Start("r");
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), start);
        string before = CibOf(state);
        state = Given.Apply(state, Given.Results(1, Given.Result(start, status: (int)ExecutionStatus.Cancelled)));
        Assert.Empty(state.Pending);
        Assert.Equal(before, CibOf(state));
    }

    [Fact]
    public void A_report_drops_what_was_ordered_before_it_was_asked_for_and_nothing_later()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order early = Given.Order(1, "early", "start");
        Order late = Given.Order(1, "late", "start");
        state = Given.Apply(state, Given.Ordered(state, early));
        long asked = state.Index;
        state = Given.Apply(state, Given.Ordered(state, late));
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(1), "s1", "boot1", "e1", [], [], []) { AsOf = asked });
        Assert.Equal([late.OperationId], state.Pending.Keys);
    }

    [Fact]
    public void Held_starts_run_in_their_order_once_this_nodes_device_has_confirmed()
    {
        Order first = Start("a");
        Order second = Start("b", 1, first.OperationId);
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), first, second);
        HeldOrders held = Holding(state);
        Assert.Equal("run: given up:", Ids(held.Take(state, quorate: true, Given.Second(1))));
        held.Confirm("f1");
        Assert.Equal("run:a given up:", Ids(held.Take(state, quorate: true, Given.Second(1))));
        Assert.Equal("run: given up:", Ids(held.Take(state, quorate: true, Given.Second(2))));
        held.Ended(Given.Result(first));
        Assert.Equal("run:b given up:", Ids(held.Take(state, quorate: true, Given.Second(100))));
    }

    [Fact]
    public void Held_starts_are_given_up_behind_one_that_failed()
    {
        Order first = Start("a");
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), first, Start("b", 1, first.OperationId));
        HeldOrders held = Holding(state);
        held.Confirm("f1");
        held.Take(state, quorate: true, Given.Second(1));
        held.Ended(Given.Result(first, code: 1));
        Assert.Equal("run: given up:b", Ids(held.Take(state, quorate: true, Given.Second(2))));
    }

    [Fact]
    public void Held_starts_are_given_up_when_the_fencing_is_not_confirmed_in_time()
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("a"));
        HeldOrders held = Holding(state);
        Assert.Equal(Given.Second(30), held.NextTimer);
        Assert.Equal("run: given up:a", Ids(held.Take(state, quorate: true, Given.Second(30))));
        held.Confirm("f1");
        Assert.Equal("run: given up:", Ids(held.Take(state, quorate: true, Given.Second(31))));
    }

    [Fact]
    public void Held_starts_are_given_up_when_the_target_comes_back_by_itself()
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("a"));
        HeldOrders held = Holding(state);
        Command.Formed formed = Given.Formed(9, 3, 1, 2, 3);
        formed = formed with
        {
            Participants = formed.Participants.Select(p => p.Member.Node == Given.Node(3) ? p with { Incarnation = "next", Session = "next" } : p).ToEquatableArray(),
        };
        state = Given.Apply(state, formed);
        Assert.Equal(FenceStage.Obsolete, state.Fences.Single().Stage);
        Assert.Equal("run: given up:a", Ids(held.Take(state, quorate: true, Given.Second(1))));
    }

    [Fact]
    public void Held_starts_are_given_up_when_they_are_taken_back()
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("a"));
        HeldOrders held = Holding(state);
        held.Withdraw(new Command.Withdrawn(state.View!.Epoch));
        Assert.Equal("run: given up:", Ids(held.Take(state, quorate: true, Given.Second(1))));
        held.Withdraw(new Command.Withdrawn(state.View!.Epoch) { TakesAllowed = true });
        Assert.Equal("run: given up:a", Ids(held.Take(state, quorate: true, Given.Second(1))));
    }

    [Fact]
    public void Nothing_is_taken_back_whose_fencing_this_nodes_device_has_confirmed()
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("a"));
        HeldOrders held = Holding(state);
        held.Confirm("f1");
        held.Withdraw(new Command.Withdrawn(state.View!.Epoch) { TakesAllowed = true });
        Assert.Equal("run:a given up:", Ids(held.Take(state, quorate: true, Given.Second(1))));
    }

    [Theory]
    [InlineData(true, false, 2.9, false)]
    [InlineData(true, false, 3, true)]
    [InlineData(true, true, 0, true)]
    [InlineData(false, true, 30, false)]
    public void They_are_taken_back_for_another_plan_once_the_fencing_takes_long_or_has_failed(
        bool isPlanWanted, bool hasFailed, double seconds, bool takenBack)
    {
        ReplicatedState state = Asked(Given.Joined(1, 2, 3), Start("a"));
        if (hasFailed)
            state = Given.Apply(state, Ended(false));
        UndecidedStarts undecided = new();
        PlanPace pace = new(new ControlLimits());
        if (isPlanWanted)
            pace.WantLater("test");
        bool before = seconds > 0 && undecided.AreTakenBack(pace, state, Given.Second(100));
        Assert.Equal(takenBack,
            before | undecided.AreTakenBack(pace, state, Given.Second(100 + seconds)));
        Assert.False(undecided.AreTakenBack(pace, state, Given.Second(200 + seconds)) && takenBack);
    }

    private static string CibOf(ReplicatedState state) => CibWriter.Write(state.Cib);

    private static HeldOrders Holding(ReplicatedState state)
    {
        HeldOrders held = new();
        foreach (Order order in state.Pending.Values)
            held.Allow(order, Given.Second(30));
        return held;
    }

    private static string Ids((ImmutableArray<Order> Run, ImmutableArray<Order> GivenUp) taken) =>
        $"run:{string.Join(',', taken.Run.Select(o => o.Resource))} given up:{string.Join(',', taken.GivenUp.Select(o => o.Resource))}";
}
