using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>What a committed entry means for the transition under way, and so for planning.</summary>
internal sealed class TransitionReview(PlanPace pace, FenceDirection fencing)
{
    /// <summary>One command of a committed entry.</summary>
    public void Read(TransitionRun? run, Command command, AppliedEntry applied, Instant now)
    {
        if (command is Command.Results results)
            Judge(run, results);
        else if (command is Command.Ordered ordered)
            FindVoid(run, ordered.Orders, applied.After, now);
        else if (command is Command.FenceReleased released)
            fencing.Release(released.Node);
        else if (command is Command.FenceAsked asked)
        {
            FindVoid(run, asked.Intent.Allowed, applied.After, now);
            fencing.FindRefused(run, asked, applied, now);
        }
    }

    // The transition's own complete or fail it; others may call for another plan.
    private void Judge(TransitionRun? run, Command.Results results)
    {
        foreach (OperationResult result in results.Items)
        {
            GraphAction? action = run?.Find(result.OperationId);
            if (action is not null && (result.IsExpected || IsNotification(result)))
                run!.Complete(action.Id);
            else if (action is not null)
                Fail(run!, action, result);
            else if (!IsNotification(result) && (!result.IsExpected || result.IntervalMs == 0))
                Surprise(run, $"{result.Operation} of {result.Resource} on {results.Node}: {OutcomeWords.Of((ExecutionStatus)result.Status, result.Code)}");
        }
    }

    // A failed one holds up nothing. No record of it reaches the next plan, which would notify again, without
    // end.
    private static bool IsNotification(OperationResult result) => result.Operation == OperationNames.Notify;

    // What was ordered and isn't pending was void: another view, another boot, or a guard.
    private void FindVoid(TransitionRun? run, EquatableArray<Order> orders, ReplicatedState after, Instant now)
    {
        string? isVoid = null;
        foreach (Order order in orders)
        {
            if (run?.Find(order.OperationId) is { } action && !after.Pending.ContainsKey(order.OperationId))
                run.Fail(action.Id, isVoid = $"{order} is void");
        }

        if (isVoid is not null)
            pace.WantAfterPause(isVoid, now);
    }

    /// <summary>After an entry: nodes that are gone, orders whose result won't come,
    /// fencings that have ended.</summary>
    public void Conclude(TransitionRun? run, AppliedEntry applied)
    {
        if (run is null)
            return;
        foreach (MemberState member in applied.After.Members.Values)
        {
            if (member.IsLost || member.Phase == MemberPhase.Down)
                run.GiveUpOn(member.Node);
        }

        if (!ReferenceEquals(applied.Before.Pending, applied.After.Pending))
            GiveUpOnDropped(run, applied);
        fencing.Judge(run, applied.After);
    }

    // An executor came back that never got the order, or the node did.
    private void GiveUpOnDropped(TransitionRun run, AppliedEntry applied)
    {
        foreach ((string id, Order order) in applied.Before.Pending)
        {
            if (!applied.After.Pending.ContainsKey(id) && run.Find(id) is { } action)
            {
                run.Fail(action.Id, $"{order} was dropped");
                pace.WantLater($"{order} was dropped");
            }
        }
    }

    private void Fail(TransitionRun run, GraphAction action, OperationResult result)
    {
        string reason = $"{action.OperationKey} on {action.Node}: {OutcomeWords.Of((ExecutionStatus)result.Status, result.Code)}";
        run.Fail(action.Id, reason);
        pace.WantLater(reason);
    }

    private void Surprise(TransitionRun? run, string reason)
    {
        run?.Abort(reason);
        pace.WantLater(reason);
    }
}
