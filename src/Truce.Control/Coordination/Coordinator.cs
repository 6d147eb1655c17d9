using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// The coordinator's part: plans when something relevant was committed, carries the plan out, watches over what
/// takes too long. Only the member that the rule chooses does anything here; everything it wants goes through the
/// log, so that whoever takes over finds it there.
/// </summary>
internal sealed class Coordinator(ControlIdentity self, ControlLimits limits)
{
    private readonly SortedDictionary<NodeId, Instant> _fencePauses = [];
    private readonly SortedDictionary<NodeId, Instant> _graces = [];
    private readonly SortedDictionary<int, string> _intents = [];
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private readonly PendingWatch _pending = new();
    private Instant? _coldStart;
    private TransitionRun? _run;
    private string? _wanted;
    private long? _request;
    private long _requests;
    private long _transitions;
    private long _fences;
    private Instant? _recheck;
    private Instant _patience;
    private Instant? _waitUntil;
    private Instant _notBefore;
    private int _heldBack;
    private Instant? _lastTick;
    private bool _startedOnce;
    private bool _rested;

    /// <summary>Whether this node coordinates.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The transition under way, or the last one.</summary>
    public TransitionRun? Run => _run;

    /// <summary>Whether a plan is being made or is due.</summary>
    public bool IsPlanning => _request is not null || _wanted is not null;

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer => !IsActive
        ? null
        : new[]
        {
            _recheck, _run?.NextDeadline, _pending.NextDeadline, _lastTick?.Plus(limits.Tick), _waitUntil,
            _fencePauses.Count == 0 ? null : _fencePauses.Values.Min(),
        }.Min();

    /// <summary>A view began: nothing that was under way is known to go on.</summary>
    public void ViewBegan(Instant now)
    {
        _patience = now.Plus(limits.Join);
        if (_run is { IsOver: false } run)
            run.Abort("another view");
    }

    /// <summary>There is no view in which to act.</summary>
    public void Suspend()
    {
        IsActive = false;
        _run = null;
        _pending.Clear();
        _wanted = null;
        _request = null;
    }

    /// <summary>An entry was committed.</summary>
    public void Applied(AppliedEntry applied, StepWork work)
    {
        bool chosen = CoordinatorRule.Choose(applied.After) == self.Node;
        if (chosen != IsActive)
            Change(chosen, applied.After, work);
        if (!IsActive)
            return;
        foreach (Command command in applied.Entry.Submission.Commands)
        {
            if (command is Command.Results results)
                Judge(results);
            else if (command is Command.Ordered ordered)
                FindVoid(ordered.Orders, applied.After, work.Time.Now);
            else if (command is Command.FenceAsked asked)
            {
                FindVoid(asked.Intent.Allowed, applied.After, work.Time.Now);
                FindRefused(asked, applied, work.Time.Now);
            }
            else if (command is Command.FenceReleased released)
                _fencePauses.Remove(released.Node);
            if (Relevance.Of(command, applied) is { } reason)
                Want(reason, work.Time.Now);
        }

        GiveUpOnLost(applied.After);
        GiveUpOnDropped(applied);
        JudgeFences(applied.After);
    }

    /// <summary>A command of this coordinator's own was committed.</summary>
    public bool Settled(string ticket)
    {
        if (!ticket.StartsWith("action|", StringComparison.Ordinal))
            return false;
        string[] parts = ticket.Split('|');
        if (_run is { } run && run.Number.ToString(CultureInfo.InvariantCulture) == parts[1])
            run.Complete(int.Parse(parts[2], CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>A plan is there: carried out, unless something relevant has been committed since it was asked for.</summary>
    public void Planned(long request, Plan plan, ReplicatedState state, StepWork work)
    {
        if (request != _request || !IsActive)
            return;
        _request = null;
        if (_wanted is not null)
            return;
        _intents.Clear();
        _run = new TransitionRun(plan.Graph, ++_transitions, self.Session);
        _recheck = work.Time.Now.Plus(RecheckIn(plan.Graph, state, work.Time.Wall));
    }

    /// <summary>No plan: tried again later.</summary>
    public void PlanningFailed(long request, StepWork work)
    {
        if (request != _request)
            return;
        _request = null;
        _recheck = work.Time.Now.Plus(limits.FencePause);
    }

    /// <summary>Goes on.</summary>
    public void Step(ReplicatedState state, StepWork work)
    {
        if (!IsActive)
            return;
        Tick(state, work);
        WatchGraces(state, work);
        WatchFences(state, work);
        WatchDeadlines(state, work);
        if (_recheck is { } at && at.CompareTo(work.Time.Now) <= 0)
        {
            _recheck = null;
            Want("time has passed", work.Time.Now);
        }

        if (_run?.TakeWithdrawal() == true && state.View is { } view)
            work.Submit(new Command.Withdrawn(view.Epoch));
        if (_run is { IsOver: false } run)
            Dispatch(run, state, work);
        TryPlan(state, work);
    }

    /// <summary>The intent for an operator's wish.</summary>
    public FenceIntent IntentFor(ControlRequest.Fence request, ReplicatedState state) =>
        FencePlanning.ForOperator(request, state, self.Session + ".o", ++_fences);

    private void Change(bool active, ReplicatedState state, StepWork work)
    {
        IsActive = active;
        _run = null;
        _request = null;
        _lastTick = null;
        _graces.Clear();
        _pending.Clear();
        if (!active)
        {
            _wanted = null;
            return;
        }

        work.Emit(new ControlOutput.Pause(PausePoint.OnCoordinatorTakeover));
        if (state.View is { } view && state.Pending.Values.Any(o => o.After.Count > 0))
            work.Submit(new Command.Withdrawn(view.Epoch));
        Want("this node coordinates from now on", work.Time.Now);
    }

    private void Want(string reason, Instant now)
    {
        _run?.Abort(reason);
        _wanted ??= reason;
        _heldBack = 0;
        _notBefore = now;
        if (_patience.CompareTo(now) < 0)
            _patience = now;
    }

    private void TryPlan(ReplicatedState state, StepWork work)
    {
        _waitUntil = _wanted is not null && _notBefore.CompareTo(work.Time.Now) > 0 ? _notBefore : null;
        if (_waitUntil is not null || _wanted is null || _request is not null || _run is { IsOver: false } || MustWait(state, work.Time.Now))
            return;
        _wanted = null;
        _startedOnce = true;
        _request = ++_requests;
        work.Emit(new ControlOutput.RequestPlan(
            _request.Value,
            PlanningCib.Compose(state),
            new PlanOptions
            {
                Now = work.Time.Wall,
                Quorum = state.View?.Quorate ?? false,
                Bans = LostNodes.Bans(state),
            }));
    }

    // Whoever is joining is about to tell what it runs; a cold start gives configured nodes time to come.
    private bool MustWait(ReplicatedState state, Instant now)
    {
        bool joining = state.Members.Values.Any(m => m.Phase == MemberPhase.Joining);
        if (AllowingStarts.IsUndecided(state))
            return true;
        bool missing = !_startedOnce && state.View?.Votes.Any(v => !state.Members.ContainsKey(v.Node)) == true;
        if (!joining && !missing)
            return false;
        if (missing && !_coldStart.HasValue)
            _coldStart = now.Plus(ControlOptions.StartDelay(state.Cib));
        Instant until = missing ? _coldStart!.Value : _patience;
        if (_patience.CompareTo(until) < 0)
            _patience = until;
        _waitUntil = until.CompareTo(now) > 0 ? until : null;
        return _waitUntil is not null;
    }

    private void Dispatch(TransitionRun run, ReplicatedState state, StepWork work)
    {
        while (run.TakeReady() is { Length: > 0 } ready)
        {
            List<Order> orders = [];
            foreach (GraphAction action in ready)
                Dispatch(run, action, state, orders, work);
            if (orders.Count > 0)
            {
                Epoch epoch = state.View?.Epoch ?? default;
                ImmutableArray<Order> all = run.WithFollowers(orders, state, work.Time.Now);
                work.Submit(new Command.Ordered(epoch, state.FenceEpoch, all.ToEquatableArray()));
            }
        }
    }

    private void Dispatch(
        TransitionRun run, GraphAction action, ReplicatedState state, List<Order> orders, StepWork work)
    {
        if (action is GraphAction.Fence fence)
            AskForFencing(run, fence, state, work);
        else if (run.Order(action, state, work.Time.Now) is { } order)
            orders.Add(order);
        else if (action is GraphAction.ClusterAction { Operation: "clear_failcount", Resource: { } resource })
        {
            work.Submit(
                new Command.Forget([new ResourceId(resource.Id)], action.Node, false, Command.Forget.AnyOperation),
                string.Create(CultureInfo.InvariantCulture, $"action|{run.Number}|{action.Id}"));
        }
        else
        {
            run.Complete(action.Id);
        }
    }

    private void AskForFencing(TransitionRun run, GraphAction.Fence action, ReplicatedState state, StepWork work)
    {
        NodeId target = action.Node ?? throw new InvariantException($"fence action {action.Id} without a node");
        if (state.OpenFences.FirstOrDefault(
            f => f.Intent.Target == target && f.Intent.IsUnfencing == (action.Action == "on")) is { } open)
        {
            _intents[action.Id] = open.Intent.Id;
            return;
        }

        FenceIntent intent = FencePlanning.ForPlan(action, state, self.Session, ++_fences);
        string? objection = _fencePauses.ContainsKey(target)
            ? $"fencing of {target} has failed a moment ago"
            : FenceGuard.Objection(state, intent);
        _intents[action.Id] = intent.Id;
        if (objection is null)
            work.Submit(new Command.FenceAsked(AllowingStarts.With(intent, action.Id, run, state, limits, work.Time.Now)));
        else
            Hold(run, action, objection, work.Time.Now);
    }

    // Held back: planned around at the next recheck, not at once, as nothing would be different.
    private void Hold(TransitionRun run, GraphAction.Fence action, string objection, Instant now)
    {
        run.Fail(action.Id, objection);
        Instant again = now.Plus(limits.FenceRetry);
        if (_recheck is not { } at || again.CompareTo(at) < 0)
            _recheck = again;
    }

    private void Judge(Command.Results results)
    {
        foreach (OperationResult result in results.Items)
        {
            GraphAction? action = _run?.Find(result.OperationId);
            if (action is not null && result.IsExpected)
                _run!.Complete(action.Id);
            else if (action is not null)
                Fail(action, result);
            else if (!result.IsExpected || result.IntervalMs == 0)
                WantLater($"{result.Operation} of {result.Resource} on {results.Node}: code {result.Code}");
        }
    }

    private void Fail(GraphAction action, OperationResult result)
    {
        string reason = $"{action.OperationKey} on {action.Node}: status {result.Status}, code {result.Code}";
        _run!.Fail(action.Id, reason);
        _wanted ??= reason;
    }

    private void WantLater(string reason)
    {
        _run?.Abort(reason);
        _wanted ??= reason;
    }

    // What a guard held back it will hold back again, until something changes: it is thought of ever more rarely.
    private void WantAfterPause(string reason, Instant now)
    {
        _wanted ??= reason;
        TimeSpan pause = limits.Tick * Math.Pow(2, Math.Min(_heldBack++, 16));
        _notBefore = now.Plus(pause < limits.FencePause ? pause : limits.FencePause);
    }

    // What was ordered and isn't pending was void: another view, another boot, or a guard.
    private void FindVoid(EquatableArray<Order> orders, ReplicatedState after, Instant now)
    {
        string? isVoid = null;
        foreach (Order order in orders)
        {
            if (_run?.Find(order.OperationId) is { } action && !after.Pending.ContainsKey(order.OperationId))
                _run.Fail(action.Id, isVoid = $"{order} is void");
        }

        if (isVoid is not null)
            WantAfterPause(isVoid, now);
    }

    private void GiveUpOnLost(ReplicatedState state)
    {
        if (_run is null)
            return;
        foreach (MemberState member in state.Members.Values)
        {
            if (member.IsLost || member.Phase == MemberPhase.Down)
                _run.GiveUpOn(member.Node);
        }
    }

    // An executor came back that never got the order, or the node did: no result will come.
    private void GiveUpOnDropped(AppliedEntry applied)
    {
        if (_run is null || ReferenceEquals(applied.Before.Pending, applied.After.Pending))
            return;
        foreach ((string id, Order order) in applied.Before.Pending)
        {
            if (!applied.After.Pending.ContainsKey(id) && _run.Find(id) is { } action)
            {
                _run.Fail(action.Id, $"{order} was dropped");
                _wanted ??= $"{order} was dropped";
            }
        }
    }

    private void JudgeFences(ReplicatedState state)
    {
        foreach (GraphAction.Fence action in _run?.FencesInFlight.ToList() ?? [])
        {
            FenceState? fence = _intents.TryGetValue(action.Id, out string? id)
                ? state.Fences.FirstOrDefault(f => f.Intent.Id == id)
                : null;
            if (fence is { Stage: FenceStage.Done or FenceStage.Confirmed })
                _run!.Complete(action.Id);
            else if (fence is { IsOpen: false })
                _run!.Fail(action.Id, $"fencing of {action.Node}: {fence.Stage}");
        }
    }

    // A guard refused the intent when it was applied.
    private void FindRefused(Command.FenceAsked asked, AppliedEntry applied, Instant now)
    {
        foreach ((int action, string id) in _intents)
        {
            if (id == asked.Intent.Id && !applied.After.Fences.Any(f => f.Intent.Id == id))
            {
                _run?.Fail(action, $"fencing of {asked.Intent.Target} was refused");
                WantAfterPause("a fencing was refused", now);
            }
        }
    }

    private void Tick(ReplicatedState state, StepWork work)
    {
        Instant now = work.Time.Now;
        bool rests = !IsPlanning && _run is null or { IsOver: true };
        bool isNews = rests && !_rested;
        _rested = rests;
        if (!isNews && _lastTick is { } last && last.Plus(limits.Tick).CompareTo(now) > 0)
            return;
        long elapsed = _lastTick is { } before ? (long)now.Since(before).TotalMilliseconds : 0;
        _lastTick = now;
        // Cluster time stands still without quorum.
        work.Submit(new Command.Tick(self.Node, state.View?.Quorate == true ? elapsed : 0, state.Index, state.Hash)
        {
            RestsAt = rests ? state.Index : 0,
        });
    }

    private void WatchGraces(ReplicatedState state, StepWork work)
    {
        foreach (MemberState member in state.Members.Values)
        {
            if (member.Phase is not (MemberPhase.ControllerGone or MemberPhase.Returned))
                _graces.Remove(member.Node);
            else if (!_graces.TryGetValue(member.Node, out Instant until))
                _graces[member.Node] = work.Time.Now.Plus(limits.ControllerGrace);
            else if (until.CompareTo(work.Time.Now) <= 0)
            {
                _graces[member.Node] = work.Time.Now.Plus(limits.ControllerGrace);
                work.Submit(new Command.GraceEnded(member.Node, member.ControllerSession));
            }
        }
    }

    // The chosen member is gone, or its attempt failed: another one tries.
    private void WatchFences(ReplicatedState state, StepWork work)
    {
        foreach (NodeId over in _fencePauses.Where(p => p.Value.CompareTo(work.Time.Now) <= 0).Select(p => p.Key).ToList())
        {
            _fencePauses.Remove(over);
            Want($"fencing of {over} is thought of again", work.Time.Now);
        }

        foreach (FenceState fence in state.OpenFences)
        {
            bool able = state.Member(fence.Intent.By) is { Phase: MemberPhase.Joined };
            if (able && fence.Attempts == 0)
                continue;
            NodeId? best = FencePlanning.ChooseShooter(
                state, fence.Intent.Target, fence.Intent.Action, fence.Attempts);
            bool turn = fence.Attempts > 0 && best != fence.Intent.By && _assigned.Add($"{fence.Intent.Id}/{fence.Attempts}");
            if (best is { } by && by != fence.Intent.By && (turn || (!able && _assigned.Add($"{fence.Intent.Id}/{by}/{state.View?.Epoch}"))))
                work.Submit(new Command.FenceAssigned(fence.Intent.Id, by));
        }

        foreach (FenceState failed in state.Fences.Where(f => f.Stage == FenceStage.Failed && _paused.Add(f.Intent.Id)))
            _fencePauses[failed.Intent.Target] = work.Time.Now.Plus(limits.FencePause);
    }

    private void WatchDeadlines(ReplicatedState state, StepWork work)
    {
        foreach (string id in _run?.Overdue(work.Time.Now) ?? [])
        {
            if (_run!.Find(id) is not { } action || !state.Pending.TryGetValue(id, out Order? order))
                continue;
            _run.Fail(action.Id, $"no result of {order} in time");
            work.Submit(new Command.Results(order.Node, "", [Overdue(order, work.Time.Wall)]));
        }

        foreach (Order order in _pending.Overdue(state, id => _run?.Find(id) is not null, work.Time.Now))
            work.Submit(new Command.Results(order.Node, "", [Overdue(order, work.Time.Wall)]));
    }

    private static OperationResult Overdue(Order order, DateTimeOffset at) => new()
    {
        OperationId = order.OperationId,
        Resource = order.Resource,
        Agent = order.Agent ?? new AgentName("", null, ""),
        Operation = order.Operation,
        IntervalMs = order.IntervalMs,
        CallId = 0,
        Status = (int)ExecutionStatus.TimedOut,
        Code = (int)AgentExitCode.Error,
        ExpectedCode = order.ExpectedCode,
        ExitReason = "no result in time",
        Output = "",
        TransitionKey = order.TransitionKey,
        Digest = OperationDigest.Of(order),
        RanAt = at.ToUnixTimeSeconds(),
        ChangedAt = at.ToUnixTimeSeconds(),
        ExecutionMs = order.TimeoutMs,
        QueueMs = 0,
    };

    private static TimeSpan RecheckIn(TransitionGraph graph, ReplicatedState state, DateTimeOffset wall)
    {
        TimeSpan general = ControlOptions.RecheckInterval(state.Cib);
        if (graph.RecheckBy is not { } at)
            return general > TimeSpan.Zero ? general : TimeSpan.FromDays(1);
        TimeSpan until = DateTimeOffset.FromUnixTimeSeconds(at) - wall + TimeSpan.FromSeconds(1);
        TimeSpan least = TimeSpan.FromSeconds(1);
        until = until < least ? least : until;
        return general > TimeSpan.Zero && general < until ? general : until;
    }
}
