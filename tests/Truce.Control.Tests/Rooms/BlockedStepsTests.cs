using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests.Rooms;

/// <summary>What the plan can't do is told once, and whatever crosses it on the way, the last plan's is what
/// all members know in the end.</summary>
public sealed class BlockedStepsTests
{
    private static readonly string[] s_none = [];
    private static readonly string[] s_one = ["r1"];
    private static readonly string[] s_other = ["r2"];

    private readonly BlockedSteps _blocked = new();
    private readonly List<Command.PlanBlocked> _sent = [];
    private ReplicatedState _state = Given.Joined(1, 2, 3);

    [Fact]
    public void Where_nothing_is_blocked_nothing_is_said_and_nothing_is_waited_for()
    {
        Plan(s_none);
        Assert.False(_blocked.IsUntold);
        Tell();
        Assert.Empty(_sent);
    }

    [Fact]
    public void What_is_blocked_is_told_once_and_told_when_it_is_committed()
    {
        Plan(s_one);
        Tell();
        Tell();
        Assert.True(_blocked.IsUntold);
        Commit(Assert.Single(_sent));
        Assert.False(_blocked.IsUntold);
        Plan(s_one);
        Assert.False(_blocked.IsUntold);
        Plan(s_none);
        Assert.True(_blocked.IsUntold);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_earlier_plans_word_that_is_committed_late_is_put_right(bool isBlocked)
    {
        Plan(s_one);
        Tell();
        Plan(isBlocked ? s_other : s_none);
        Commit(_sent[0]);
        Assert.True(_blocked.IsUntold);
        Tell();
        Assert.Equal(isBlocked ? s_other : s_none, _sent[1].Steps.Select(s => s.Resource.Value));
        Commit(_sent[1]);
        Assert.False(_blocked.IsUntold);
    }

    [Fact]
    public void What_is_active_nowhere_is_not_of_it()
    {
        Decision.Resource nowhere = Blocked("r1") with { FromNode = null };
        _blocked.Planned(new Plan(null!, [nowhere], null!, [], [], [], []), _state);
        Assert.False(_blocked.IsUntold);
    }

    private void Plan(string[] blocked) => _blocked.Planned(
        new Plan(null!, [.. blocked.Select(Blocked)], null!, [], [], [], []), _state);

    private static Decision.Resource Blocked(string id) => new(
        new ResourceId(id), ResourceChange.Stop, Given.Node(1), ResourceRole.Started, null,
        ResourceRole.Stopped, ChangeForm.Node, null, Blocked: true);

    private void Tell() => _blocked.Tell(new StepWork(
        _ => { }, (command, _, _) => _sent.Add((Command.PlanBlocked)command),
        new ControlTime(Given.Second(0), Given.Noon)));

    private void Commit(Command.PlanBlocked told)
    {
        _state = _state with { Blocked = told.Steps };
        _blocked.Read(told);
    }
}
