using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What a node begins by itself, and what it doesn't any more.</summary>
public sealed class HeldOrderTests
{
    private static readonly Order s_start = Given.Order(1, "r", "start");

    [Theory]
    [InlineData(29, false, "")]
    [InlineData(30, false, "r given up")]
    [InlineData(29, true, "r runs")]
    public void A_start_allowed_with_a_shot_lasts_as_long_as_it_was_allowed(
        int second, bool confirmed, string expected)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3) with
        {
            Allowed = [s_start],
            AllowedIn = state.View!.Epoch,
        }));
        HeldOrders held = new();
        held.Allow(state.Pending[s_start.OperationId], Given.Second(30));
        if (confirmed)
            held.Confirm("f1");
        Assert.Equal(expected, Taken(held, state, quorate: true, second));
    }

    [Fact]
    public void Nothing_allowed_runs_without_quorum()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3) with
        {
            Allowed = [s_start],
            AllowedIn = state.View!.Epoch,
        }));
        HeldOrders held = new();
        held.Allow(state.Pending[s_start.OperationId], Given.Second(30));
        held.Confirm("f1");
        Assert.Equal("", Taken(held, state, quorate: false, 1));
    }

    [Fact]
    public void A_follower_that_is_ready_waits_while_a_branch_begins()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order follower = Given.Order(1, "b", "start") with { After = [s_start.OperationId] };
        state = Given.Apply(state, Given.Ordered(state, s_start, follower));
        HeldOrders held = new();
        held.Follow(follower, Given.Ordered(state));
        held.Ended(Given.Result(s_start));
        Assert.Equal("", Taken(held, state, quorate: false, 1));
        Assert.Equal("b runs", Taken(held, state, quorate: true, 1));
    }

    [Fact]
    public void More_results_are_to_come_as_long_as_something_waits_for_this_one()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order follower = Given.Order(1, "b", "start") with { After = [s_start.OperationId] };
        HeldOrders held = new();
        held.Follow(follower, Given.Ordered(state));
        Assert.True(held.IsFollowed(s_start.OperationId));
        Assert.False(held.IsFollowed(follower.OperationId));
        held.Clear();
        Assert.False(held.IsFollowed(s_start.OperationId));
    }

    private static string Taken(HeldOrders held, ReplicatedState state, bool quorate, int second)
    {
        var (run, givenUp) = held.Take(state, quorate, Given.Second(second));
        return string.Join(
            ' ', run.Select(o => $"{o.Resource} runs").Concat(givenUp.Select(o => $"{o.Resource} given up")));
    }
}
