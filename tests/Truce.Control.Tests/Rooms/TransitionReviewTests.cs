using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests.Rooms;

/// <summary>What a committed entry means for the transition under way: two starts, the second behind the
/// first.</summary>
public sealed class TransitionReviewTests
{
    private readonly PlanPace _pace = new(new ControlLimits());
    private readonly TransitionReview _review;
    private readonly TransitionRun _run = new(
        new("60s", "60s", "INFINITY", "INFINITY", null, null, null,
            [Given.Start(0, 2), Given.Start(1, 3, after: 0)]),
        1, "s1");

    private readonly Order _first;
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    public TransitionReviewTests()
    {
        ControlIdentity self = new(
            Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);
        _review = new TransitionReview(_pace, new FenceDirection(self, new ControlLimits(), _pace));
        _first = _run.Order(_run.TakeReady().Single(), _state, Given.Second(0))!;
        Commit(Given.Ordered(_state, _first));
    }

    [Fact]
    public void A_result_as_expected_makes_ready_what_waited_for_it()
    {
        Commit(Given.Results(2, Given.Result(_first)));
        Assert.Equal((1, false), (_run.Done, _pace.IsPlanning));
        Assert.Equal(1, _run.TakeReady().Single().Id);
    }

    [Fact]
    public void A_failed_result_fails_its_action_and_leads_to_another_plan_once_the_rest_has_ended()
    {
        Commit(Given.Results(2, Given.Result(_first, code: 1)));
        Assert.Equal((0, true, true), (_run.Done, _run.IsOver, _pace.IsPlanning));
    }

    [Fact]
    public void Somebody_elses_failure_ends_the_transition()
    {
        Order other = Given.Order(3, "other", "monitor", interval: 10_000);
        Commit(Given.Ordered(_state, other));
        Commit(Given.Results(3, Given.Result(other, code: 7)));
        Assert.NotNull(_run.AbortReason);
        Assert.True(_pace.IsPlanning);
    }

    [Fact]
    public void A_monitor_that_says_what_it_should_is_no_news()
    {
        Order other = Given.Order(3, "other", "monitor", interval: 10_000);
        Commit(Given.Ordered(_state, other));
        Commit(Given.Results(3, Given.Result(other)));
        Assert.Null(_run.AbortReason);
        Assert.False(_pace.IsPlanning);
    }

    // Its agent may not know the action, or exit 1 each time: what is notified of must happen all the same.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_notification_is_over_however_it_ended(int code)
    {
        TransitionRun run = new(
            new("60s", "60s", "INFINITY", "INFINITY", null, null, null,
                [Given.Start(5, 3) with { Operation = "notify" }, Given.Start(6, 3, after: 5)]), 2, "s1");
        Order notify = run.Order(run.TakeReady().Single(), _state, Given.Second(0))!;
        Commit(Given.Ordered(_state, notify), run);
        Commit(Given.Results(3, Given.Result(notify, code: code)), run);
        Assert.Equal((1, null, false), (run.Done, run.AbortReason, _pace.IsPlanning));
        Assert.Equal(6, run.TakeReady().Single().Id);
    }

    [Fact]
    public void A_notification_of_an_earlier_transition_is_no_news()
    {
        Order other = Given.Order(3, "other", "notify");
        Commit(Given.Ordered(_state, other));
        Commit(Given.Results(3, Given.Result(other, code: 3)));
        Assert.Null(_run.AbortReason);
        Assert.False(_pace.IsPlanning);
    }

    [Fact]
    public void What_was_ordered_and_is_void_fails_and_is_planned_around_after_a_pause()
    {
        TransitionRun run = new(
            new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [Given.Start(5, 3)]), 2, "s1");
        Order late =
            run.Order(run.TakeReady().Single(), _state, Given.Second(0))! with { Incarnation = "earlier" };
        AppliedEntry applied = Given.Try(_state, Given.Ordered(_state, late));
        Assert.DoesNotContain(late.OperationId, applied.After.Pending.Keys);
        _review.Read(run, Given.Ordered(_state, late), applied, Given.Second(0));
        Assert.Equal((0, true), (run.Done, run.IsOver));
        Assert.Null(_pace.Ask(null, _state, Given.Second(0.9)));
        Assert.NotNull(_pace.Ask(null, _state, Given.Second(1)));
    }

    [Fact]
    public void What_a_lost_node_was_asked_to_do_is_not_waited_for()
    {
        Commit(Given.Formed(12, 3, 1, 3));
        Assert.True(_state.Members[Given.Node(2)].IsLost);
        Assert.Equal(0, _run.InFlight);
    }

    [Fact]
    public void What_an_executor_never_got_fails_and_leads_to_another_plan()
    {
        // The node's controller and executor came back: the order isn't pending any more.
        AppliedEntry applied = Given.Try(_state, new Command.Tick(Given.Node(1), 0, 0, ""));
        ReplicatedState dropped =
            applied.After with { Pending = applied.After.Pending.Remove(_first.OperationId) };
        _review.Conclude(_run, applied with { After = dropped });
        Assert.Equal((0, 0, true), (_run.Done, _run.InFlight, _pace.IsPlanning));
    }

    private void Commit(Command command, TransitionRun? run = null)
    {
        AppliedEntry applied = Given.Try(_state, command);
        _state = applied.After;
        _review.Read(run ?? _run, command, applied, Given.Second(0));
        _review.Conclude(run ?? _run, applied);
    }
}
