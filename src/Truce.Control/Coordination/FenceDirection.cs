using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// The coordinator's direction of fencing: asks for what a plan wants fenced, follows it to its end, gives it
/// to another member where the chosen one fails, and pauses after a fencing that failed for good.
/// </summary>
internal sealed class FenceDirection(ControlIdentity self, ControlLimits limits, PlanPace pace)
{
    private readonly SortedDictionary<NodeId, Instant> _pauses = [];
    private readonly SortedDictionary<int, string> _intents = [];
    private readonly HashSet<Assignment> _assigned = [];
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>When a pause ends.</summary>
    public Instant? NextTimer => _pauses.Count == 0 ? null : _pauses.Values.Min();

    /// <summary>Another transition: its actions have other numbers.</summary>
    public void RunBegan() => _intents.Clear();

    /// <summary>An operator has fixed the cause of failed fencing.</summary>
    public void Release(NodeId node) => _pauses.Remove(node);

    /// <summary>The intent for an operator's request.</summary>
    public FenceIntent IntentFor(ControlRequest.Fence request, ReplicatedState state) =>
        FencePlanning.ForOperator(request, state, self.Session + ".o", ++_count);

    /// <summary>Asks for the fencing that an action of the plan wants, unless it goes on already.</summary>
    public void Ask(TransitionRun run, GraphAction.Fence action, ReplicatedState state, StepWork work)
    {
        NodeId target = action.Node ?? throw new InvariantException($"fence action {action.Id} without a node");
        if (state.OpenFences.FirstOrDefault(
            f => f.Intent.Target == target && f.Intent.IsUnfencing == (action.Action == "on")) is { } open)
        {
            _intents[action.Id] = open.Intent.Id;
            return;
        }

        FenceIntent intent = FencePlanning.ForPlan(action, state, self.Session, ++_count);
        string? objection = _pauses.ContainsKey(target)
            ? $"fencing of {target} has just failed"
            : Objection(state, intent);
        _intents[action.Id] = intent.Id;
        if (objection is null)
            work.Submit(new Command.FenceAsked(AllowingStarts.With(intent, action.Id, run, state, limits, work.Time.Now)));
        else
            Hold(run, action, objection, work.Time.Now);
    }

    /// <summary>Records in the history the shots that a plan omitted because their resources are blocked:
    /// once for each boot and cause.</summary>
    public void TellAvoided(Plan plan, ReplicatedState state, StepWork work)
    {
        foreach (AvoidedFence avoided in plan.Avoided)
        {
            FenceIntent intent = FencePlanning.ForAvoided(avoided, state, self.Session + ".a", ++_count);
            if (!FenceLedger.IsTold(state, intent) && FenceGuard.Judge(state, intent, self.Node) is FenceVerdict.Avoided)
                work.Submit(new Command.FenceAsked(intent));
        }
    }

    // Shots that the guard will refuse are requested all the same: the refusal
    // is reported when they are applied.
    private string? Objection(ReplicatedState state, FenceIntent intent) =>
        FenceGuard.Judge(state, intent, self.Node) is FenceVerdict.Refused refused ? refused.Objection : null;

    /// <summary>Whether a guard refused an intent when it was applied.</summary>
    public void FindRefused(TransitionRun? run, Command.FenceAsked asked, AppliedEntry applied, Instant now)
    {
        foreach ((int action, string id) in _intents)
        {
            if (id == asked.Intent.Id && !applied.After.Fences.Any(f => f.Intent.Id == id && f.Stage != FenceStage.Refused))
            {
                run?.Fail(action, $"fencing of {asked.Intent.Target} was refused");
                pace.WantAfterPause("a fencing was refused", now);
            }
        }
    }

    /// <summary>Completes or fails the actions whose fencing has ended.</summary>
    public void Judge(TransitionRun? run, ReplicatedState state)
    {
        foreach (GraphAction.Fence action in run?.FencesInFlight.ToList() ?? [])
        {
            FenceState? fence = _intents.TryGetValue(action.Id, out string? id)
                ? state.Fences.FirstOrDefault(f => f.Intent.Id == id)
                : null;
            if (fence is { Stage: FenceStage.Done or FenceStage.Confirmed })
                run!.Complete(action.Id);
            else if (fence is { IsOpen: false })
                run!.Fail(action.Id, $"fencing of {action.Node}: {fence.Stage}");
        }
    }

    /// <summary>Ends pauses, and gives to another member what the chosen one can't carry out. The nodes of
    /// which fencing may be tried again.</summary>
    public IReadOnlyList<NodeId> Step(ReplicatedState state, StepWork work)
    {
        List<NodeId> over = [.. _pauses.Where(p => p.Value.CompareTo(work.Time.Now) <= 0).Select(p => p.Key)];
        foreach (NodeId node in over)
            _pauses.Remove(node);
        ForgetEnded(state);
        foreach (FenceState fence in state.OpenFences)
            Assign(fence, state, work);
        foreach (FenceState failed in state.Fences.Where(f => f.Stage == FenceStage.Failed && _paused.Add(f.Intent.Id)))
            _pauses[failed.Intent.Target] = work.Time.Now.Plus(limits.FencePause);
        return over;
    }

    // Held back: planned around at the next recheck, not at once, as nothing would be different.
    private void Hold(TransitionRun run, GraphAction.Fence action, string objection, Instant now)
    {
        run.Fail(action.Id, objection);
        pace.RecheckBy(now.Plus(limits.FenceRetry));
    }

    // The chosen member is gone, or its attempt failed: another one tries.
    private void Assign(FenceState fence, ReplicatedState state, StepWork work)
    {
        bool able = state.Member(fence.Intent.By) is { Phase: MemberPhase.Joined };
        if (able && fence.Attempts == 0)
            return;
        NodeId? best = FencePlanning.ChooseShooter(state, fence.Intent.Target, fence.Intent.Action, fence.Attempts);
        if (best is not { } by || by == fence.Intent.By)
            return;
        bool first = fence.Attempts > 0
            && _assigned.Add(new Assignment.AfterAttempt(fence.Intent.Id, fence.Attempts));
        if (first || (!able && _assigned.Add(
            new Assignment.ForAbsence(fence.Intent.Id, by, state.View?.Epoch))))
            work.Submit(new Command.FenceAssigned(fence.Intent.Id, by));
    }

    // What was remembered of fencings that have ended isn't asked for again.
    private void ForgetEnded(ReplicatedState state)
    {
        if (_assigned.Count + _paused.Count == 0)
            return;
        HashSet<string> open = [.. state.OpenFences.Select(f => f.Intent.Id)];
        _assigned.RemoveWhere(a => !open.Contains(a.Intent));
        if (_paused.Count > 0)
        {
            HashSet<string> known = [.. state.Fences.Select(f => f.Intent.Id)];
            _paused.RemoveWhere(id => !known.Contains(id));
        }
    }

    // What a fencing was given to another member for: each once.
    private abstract record Assignment(string Intent)
    {
        public sealed record AfterAttempt(string Intent, int Attempts) : Assignment(Intent);

        public sealed record ForAbsence(string Intent, NodeId To, Epoch? During) : Assignment(Intent);
    }
}
