using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests.Rooms;

/// <summary>How long a node without a controller is given, by what its supervisor says.</summary>
public sealed class ControllerGracesTests
{
    private readonly ControllerGraces _graces = new(new ControlLimits());
    private readonly List<NodeId> _ended = [];
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    [Theory]
    [InlineData(ControllerWord.Respawning, 10)]
    [InlineData(ControllerWord.Running, 10)]
    [InlineData(ControllerWord.Gone, 2)]
    [InlineData(ControllerWord.Unknown, 2)]
    public void A_grace_lasts_as_long_as_there_is_something_to_wait_for(ControllerWord word, double seconds)
    {
        _graces.Said(Given.Node(2), word);
        Is(MemberPhase.ControllerGone);
        Step(100);
        Step(100 + seconds - 0.1);
        Assert.Empty(_ended);
        Step(100 + seconds);
        Assert.Equal([Given.Node(2)], _ended);
    }

    [Fact]
    public void A_node_that_is_only_just_heard_again_may_still_boot()
    {
        _graces.Said(Given.Node(2), ControllerWord.Gone);
        Is(MemberPhase.Returned);
        Step(0);
        Step(9.9);
        Assert.Empty(_ended);
        Step(10);
        Assert.Equal([Given.Node(2)], _ended);
    }

    [Fact]
    public void The_word_that_counts_is_the_last_one()
    {
        _graces.Said(Given.Node(2), ControllerWord.Respawning);
        Is(MemberPhase.ControllerGone);
        Step(0);
        Step(3);
        Assert.Empty(_ended);
        _graces.Said(Given.Node(2), ControllerWord.Gone);
        Step(3.1);
        Assert.Equal([Given.Node(2)], _ended);
    }

    [Fact]
    public void A_controller_that_came_back_and_goes_again_has_a_whole_grace()
    {
        _graces.Said(Given.Node(2), ControllerWord.Respawning);
        Is(MemberPhase.ControllerGone);
        Step(0);
        Is(MemberPhase.Joined);
        Step(9);
        Is(MemberPhase.ControllerGone);
        Step(9.5);
        Step(19.4);
        Assert.Empty(_ended);
        Step(19.5);
        Assert.Single(_ended);
    }

    [Fact]
    public void A_grace_that_ended_without_effect_is_ended_again_after_as_long()
    {
        Is(MemberPhase.ControllerGone);
        foreach (double second in (double[])[0, 2, 3, 4, 6])
            Step(second);
        Assert.Equal(3, _ended.Count);
    }

    [Fact]
    public void Another_coordinator_counts_afresh_and_knows_what_supervisors_said()
    {
        _graces.Said(Given.Node(2), ControllerWord.Respawning);
        Is(MemberPhase.ControllerGone);
        Step(0);
        _graces.Clear();
        Step(9);
        Step(18.9);
        Assert.Empty(_ended);
        Step(19);
        Assert.Single(_ended);
    }

    private void Is(MemberPhase phase) => _state = _state with
    {
        Members = _state.Members.SetItem(Given.Node(2), _state.Members[Given.Node(2)] with { Phase = phase }),
    };

    private void Step(double second) => _graces.Step(_state, new StepWork(
        _ => Assert.Fail("nothing for the shell"),
        (command, _, _) => _ended.Add(Assert.IsType<Command.GraceEnded>(command).Node),
        new ControlTime(Given.Second(second), Given.Noon)));
}
