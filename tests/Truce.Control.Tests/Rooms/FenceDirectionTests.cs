using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests.Rooms;

/// <summary>A fencing that a plan wants, from the question to its end.</summary>
public sealed class FenceDirectionTests
{
    private readonly PlanPace _pace = new(new ControlLimits());
    private readonly FenceDirection _direction;
    private readonly List<Command> _submitted = [];
    private TransitionRun _run = Run();
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    public FenceDirectionTests()
    {
        ControlIdentity self = new(
            Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);
        _direction = new FenceDirection(self, new ControlLimits(), _pace);
    }

    [Theory]
    [InlineData(FenceStage.Asked, 0, false)]
    [InlineData(FenceStage.Done, 1, true)]
    [InlineData(FenceStage.Confirmed, 1, true)]
    [InlineData(FenceStage.Failed, 0, true)]
    [InlineData(FenceStage.Obsolete, 0, true)]
    [InlineData(FenceStage.Refused, 0, true)]
    public void An_action_ends_as_its_fencing_does(FenceStage stage, int done, bool isOver)
    {
        Ask(0);
        FenceAsked(stage);
        _direction.Judge(_run, _state);
        Assert.Equal((done, isOver), (_run.Done, _run.IsOver));
    }

    [Theory]
    [InlineData(FenceStage.Asked, 0, false)]
    [InlineData(FenceStage.Done, 1, true)]
    [InlineData(FenceStage.Failed, 0, true)]
    public void A_fencing_that_goes_on_already_is_followed(FenceStage stage, int done, bool isOver)
    {
        _state = Given.Apply(_state, new Command.FenceAsked(Given.Intent(3, id: "earlier")));
        Ask(0);
        Assert.Empty(_submitted);
        _state = With(_state.Fences[0] with { Stage = stage });
        _direction.Judge(_run, _state);
        Assert.Equal((done, isOver), (_run.Done, _run.IsOver));
    }

    [Fact]
    public void What_a_guard_would_refuse_fails_at_once_and_is_looked_at_again_later()
    {
        _state = _state with { View = _state.View! with { Quorate = false } };
        Ask(0);
        Assert.Empty(_submitted);
        Assert.True(_run.IsOver);
        Assert.Equal(Given.Second(2), _pace.NextTimer);
    }

    [Fact]
    public void What_a_guard_refuses_when_it_is_applied_fails_and_is_planned_around_after_a_pause()
    {
        Ask(0);
        Command.FenceAsked asked = Assert.IsType<Command.FenceAsked>(Assert.Single(_submitted));
        // The quorum went while the intent was on its way.
        AppliedEntry applied = Given.Try(
            _state with { View = _state.View! with { Quorate = false } }, asked);
        _direction.FindRefused(_run, asked, applied, Given.Second(5));
        Assert.True(_run.IsOver);
        Assert.Null(_pace.Ask(null, _state, Given.Second(5.9)));
        Assert.NotNull(_pace.Ask(null, _state, Given.Second(6)));
    }

    [Fact]
    public void What_a_guard_lets_pass_goes_on()
    {
        Ask(0);
        Command.FenceAsked asked = Assert.IsType<Command.FenceAsked>(Assert.Single(_submitted));
        _direction.FindRefused(_run, asked, Given.Try(_state, asked), Given.Second(5));
        Assert.False(_run.IsOver);
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(59.9, false, false)]
    [InlineData(60, false, true)]
    [InlineData(1, true, true)]
    public void After_one_that_failed_there_is_a_pause_unless_a_person_ends_it(
        double second, bool isReleased, bool isAsked)
    {
        _state = With(Fence(FenceStage.Failed));
        Step(0);
        if (isReleased)
            _direction.Release(Given.Node(3));
        IReadOnlyList<NodeId> over = Step(second);
        Ask(second);
        Assert.Equal(isAsked, _submitted.Count == 1);
        Assert.Equal(isAsked && !isReleased, over.Contains(Given.Node(3)));
    }

    [Fact]
    public void A_failure_leads_to_one_pause()
    {
        _state = With(Fence(FenceStage.Failed));
        Step(0);
        Step(60);
        Assert.Null(_direction.NextTimer);
    }

    [Theory]
    [InlineData(MemberPhase.Joined, 0, null)]
    [InlineData(MemberPhase.Joined, 1, 2)]
    [InlineData(MemberPhase.Joined, 2, null)]
    [InlineData(MemberPhase.Lost, 0, 2)]
    [InlineData(MemberPhase.ControllerGone, 0, 2)]
    public void Another_member_gets_it_where_the_chosen_one_is_gone_or_has_failed(
        MemberPhase phase, int attempts, int? by)
    {
        _state = With(Fence(FenceStage.Asked) with { Attempts = attempts });
        _state = _state with
        {
            Members =
                _state.Members.SetItem(Given.Node(1), _state.Members[Given.Node(1)] with { Phase = phase }),
        };
        Step(0);
        Step(1);
        Command.FenceAssigned[] expected = by is { } other ? [new("f1", Given.Node(other))] : [];
        Assert.Equal(expected, _submitted);
    }

    [Fact]
    public void Each_further_attempt_is_given_away_once_more()
    {
        foreach (int attempts in (int[])[1, 1, 3, 3])
        {
            _state = With(Fence(FenceStage.Asked) with { Attempts = attempts });
            Step(attempts);
        }

        Assert.Equal(2, _submitted.Count);
    }

    private void Ask(double second)
    {
        GraphAction.Fence action = _run.TakeReady().OfType<GraphAction.Fence>().Single();
        _direction.Ask(_run, action, _state, Work(second));
    }

    private IReadOnlyList<NodeId> Step(double second) => _direction.Step(_state, Work(second));

    private StepWork Work(double second) => new(
        _ => Assert.Fail("nothing for the shell"), (command, _, _) => _submitted.Add(command),
        new ControlTime(Given.Second(second), Given.Noon));

    // What was asked for, as the log has it by now.
    private void FenceAsked(FenceStage stage)
    {
        FenceIntent intent = Assert.IsType<Command.FenceAsked>(Assert.Single(_submitted)).Intent;
        _state = With(Fence(stage) with { Intent = intent });
    }

    private ReplicatedState With(FenceState fence) => _state with { Fences = [fence] };

    private static FenceState Fence(FenceStage stage) => new()
    {
        Intent = Given.Intent(3), Stage = stage, Epoch = 1, Index = 1, Begin = Given.Noon,
    };

    private static TransitionRun Run() => new(
        new("60s", "60s", "INFINITY", "INFINITY", null, null, null, [Given.Fence(0, 3)]), 1, "s1");
}
