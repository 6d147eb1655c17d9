using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// What the last plan wants done to active resources and can't do. It is told to all members once everything
/// else is done, so that it costs a recovery nothing, and a status says that something is lacking.
/// </summary>
internal sealed class BlockedSteps
{
    // A status that lists more is read by nobody; the plan itself says all (truce simulate).
    private const int StepsMax = 50;

    private EquatableArray<BlockedStep>? _planned;
    private EquatableArray<BlockedStep>? _untold;
    private bool _isSent;

    /// <summary>Whether not all members know yet what the last plan can't do.</summary>
    public bool IsUntold => _untold is not null;

    /// <summary>There is a plan. Where as much is blocked as before, there is nothing to tell.</summary>
    public void Planned(Plan plan, ReplicatedState state)
    {
        _planned = plan.Decisions.OfType<Decision.Resource>()
            .Where(d => d is { Blocked: true, FromNode: not null })
            .Select(Step).Distinct().Take(StepsMax).ToEquatableArray();
        Compare(state.Blocked);
    }

    /// <summary>Nothing is under way: what can't be done is told.</summary>
    public void Tell(StepWork work)
    {
        if (_untold is not { } steps || _isSent)
            return;
        _isSent = true;
        work.Submit(new Command.PlanBlocked(steps));
    }

    /// <summary>A command was committed: all members know. It may be an earlier plan's.</summary>
    public void Read(Command command)
    {
        if (command is Command.PlanBlocked told)
            Compare(told.Steps);
    }

    /// <summary>Another member plans, or none does.</summary>
    public void Clear() => (_planned, _untold, _isSent) = (null, null, false);

    private void Compare(EquatableArray<BlockedStep> known) =>
        (_untold, _isSent) = (_planned == known ? null : _planned, false);

    private static BlockedStep Step(Decision.Resource decision) => new(
        decision.Id, decision.FromNode!.Value, decision.Change.ToString().ToLowerInvariant(),
        decision.BlockedBy ?? decision.Cause?.Resource, decision.Reason ?? "");
}
