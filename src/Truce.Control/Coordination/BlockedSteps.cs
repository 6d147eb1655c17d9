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

    private EquatableArray<BlockedStep>? _untold;
    private bool _isSent;

    /// <summary>Whether not all members know yet what the last plan can't do.</summary>
    public bool IsUntold => _untold is not null;

    /// <summary>There is a plan.</summary>
    public void Planned(Plan plan) => (_untold, _isSent) = (
        plan.Decisions.OfType<Decision.Resource>().Where(d => d is { Blocked: true, FromNode: not null })
            .Select(Step).Distinct().Take(StepsMax).ToEquatableArray(),
        false);

    /// <summary>Nothing is under way: what can't be done is told, if it is news.</summary>
    public void Tell(ReplicatedState state, StepWork work)
    {
        if (_untold is not { } steps)
            return;
        if (state.Blocked == steps)
            Clear();
        else if (!_isSent)
        {
            _isSent = true;
            work.Submit(new Command.PlanBlocked(steps));
        }
    }

    /// <summary>Another member plans, or none does.</summary>
    public void Clear() => (_untold, _isSent) = (null, false);

    private static BlockedStep Step(Decision.Resource decision) => new(
        decision.Id, decision.FromNode!.Value, decision.Change.ToString().ToLowerInvariant(),
        decision.BlockedBy ?? decision.Cause?.Resource, decision.Reason ?? "");
}
