using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control.Tests;

/// <summary>Words about a life that is over: another boot, another controller, another executor.</summary>
public sealed class EarlierLifeTests
{
    [Fact]
    public void A_shot_at_an_earlier_boot_doesnt_declare_the_present_one_dead()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(3)));
        MemberState member = state.Member(Given.Node(3))!;
        state = state.With(member with { Incarnation = "a later boot" });
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Equal(MemberPhase.Joined, state.Member(Given.Node(3))!.Phase);
        Assert.NotEqual("a later boot", state.Member(Given.Node(3))!.DeadIncarnation);
    }

    [Fact]
    public void A_shot_isnt_asked_for_what_an_earlier_boot_did()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        AppliedEntry asked = Given.Try(
            state, new Command.FenceAsked(Given.Intent(3) with { TargetIncarnation = "an earlier boot" }));
        Assert.IsType<CommandOutcome.Refused>(asked.Outcomes[0]);
        Assert.Empty(asked.After.OpenFences);
    }

    [Fact]
    public void A_boot_that_was_proven_dead_and_speaks_is_fenced_again()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Equal(MemberPhase.Down, state.Member(Given.Node(3))!.Phase);
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2, 3));
        Assert.Equal(MemberPhase.ControllerLost, state.Member(Given.Node(3))!.Phase);
    }

    [Fact]
    public void Another_executor_knows_nothing_of_what_the_earlier_one_did()
    {
        ReplicatedState state = Running();
        Assert.Contains("\"r\"", CibWriter.Write(state.Cib), StringComparison.Ordinal);
        ReplicatedState same = Given.Apply(state, Joins("e2"), 2);
        Assert.Contains("\"r\"", CibWriter.Write(same.Cib), StringComparison.Ordinal);
        ReplicatedState another = Given.Apply(state, Joins("another"), 2);
        Assert.DoesNotContain("\"r\"", CibWriter.Write(another.Cib), StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_an_earlier_executor_say_nothing_of_the_present_one()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order start = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        AppliedEntry late = Given.Try(
            state, new Command.Results(Given.Node(2), "earlier", [Given.Result(start)]), 2);
        Assert.IsType<CommandOutcome.Refused>(late.Outcomes[0]);
        Assert.True(late.After.Pending.ContainsKey(start.OperationId));
    }

    [Theory]
    [InlineData("s2", "boot2", MemberPhase.Joined)]
    [InlineData("earlier", "boot2", MemberPhase.Joining)]
    [InlineData("s2", "earlier", MemberPhase.Joining)]
    public void Only_the_life_that_is_here_joins(string session, string boot, MemberPhase phase)
    {
        ReplicatedState state = Given.Apply(
            new ReplicatedState { Cluster = "c", Lineage = 1 }, Given.Formed(8, 3, 1, 2));
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(2), session, boot, "e2", [], [], []), 2);
        Assert.Equal(phase, state.Member(Given.Node(2))!.Phase);
    }

    [Theory]
    [InlineData("boot2", MemberPhase.Down)]
    [InlineData("earlier", MemberPhase.Joined)]
    public void Only_the_boot_that_is_here_leaves(string boot, MemberPhase phase)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.NodeLeft(Given.Node(2), boot),
            2);
        Assert.Equal(phase, state.Member(Given.Node(2))!.Phase);
    }

    [Theory]
    [InlineData("s2", MemberPhase.Joined)]
    [InlineData("another", MemberPhase.Joining)]
    public void Another_controller_reports_anew(string session, MemberPhase phase)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Command.Formed formed = Given.Formed(12, 3, 1, 2, 3);
        formed = formed with
        {
            Participants = formed.Participants
                .Select(p => p.Member.Node == Given.Node(2) ? p with { Session = session } : p)
                    .ToEquatableArray(),
        };
        Assert.Equal(phase, Given.Apply(state, formed).Member(Given.Node(2))!.Phase);
    }

    [Fact]
    public void Orders_of_another_view_are_void()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Command.Ordered ordered = Given.Ordered(state, Given.Order(2, "r", "start"));
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2, 3));
        Assert.Empty(Given.Apply(state, ordered).Pending);
    }

    [Theory]
    [InlineData("boot2", 1)]
    [InlineData("earlier", 0)]
    public void An_order_for_another_boot_is_void(string boot, int pending)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order order = Given.Order(2, "r", "stop") with { Incarnation = boot };
        Assert.Equal(pending, Given.Apply(state, Given.Ordered(state, order)).Pending.Count);
    }

    [Fact]
    public void What_was_ordered_before_a_shot_isnt_started_after_it()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Command.Ordered before = Given.Ordered(state, Given.Order(3, "r", "start"));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), false, "power", "failed"));
        state = state with { Fences = [.. state.Fences.Select(f => f with { Stage = FenceStage.Failed })] };
        Assert.Empty(Given.Apply(state, before).Pending);
        Assert.Single(Given.Apply(state, Given.Ordered(state, Given.Order(3, "r", "start"))).Pending);
    }

    private static Command.NodeJoined Joins(string executor) =>
        new(Given.Node(2), "s2", "boot2", executor, [], [], []);

    private static ReplicatedState Running()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order start = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        return Given.Apply(state, Given.Results(2, Given.Result(start)), 2);
    }
}
