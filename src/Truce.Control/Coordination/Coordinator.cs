using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// The coordinator's part: plans when something relevant was committed, carries the plan out, watches over what
/// takes too long. Only the member that the rule chooses does anything here; everything it wants goes through the
/// log, so that whoever takes over finds it there. It only routes between small machines, one for each question.
/// </summary>
internal sealed class Coordinator
{
    private readonly ControlIdentity _self;
    private readonly PlanPace _pace;
    private readonly FenceDirection _fencing;
    private readonly Dispatching _dispatching;
    private readonly TransitionReview _review;
    private readonly ControllerGraces _graces;
    private readonly CoordinatorTicks _ticks;
    private readonly ResultDeadlines _deadlines = new();
    private readonly RestartPauses _pauses = new();
    private long _transitions;

    public Coordinator(ControlIdentity self, ControlLimits limits)
    {
        _self = self;
        _pace = new PlanPace(limits);
        _fencing = new FenceDirection(self, limits, _pace);
        _dispatching = new Dispatching(_fencing);
        _review = new TransitionReview(_pace, _fencing);
        _graces = new ControllerGraces(limits);
        _ticks = new CoordinatorTicks(self, limits);
    }

    /// <summary>Whether this node coordinates.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The transition under way, or the last one.</summary>
    public TransitionRun? Run { get; private set; }

    /// <summary>Whether a plan is being made or is due.</summary>
    public bool IsPlanning => _pace.IsPlanning;

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer => !IsActive ? null : new[]
    {
        _pace.NextTimer, Run?.NextDeadline, _deadlines.NextTimer, _ticks.NextTimer, _fencing.NextTimer,
    }.Min();

    /// <summary>A node's supervisor has spoken of its controller.</summary>
    public void PeerSaid(NodeId node, ControllerWord word) => _graces.Said(node, word);

    /// <summary>A view began: nothing that was under way is known to go on.</summary>
    public void ViewBegan(Instant now)
    {
        _pace.ViewBegan(now);
        if (Run is { IsOver: false } run)
            run.Abort("another view");
    }

    /// <summary>There is no view in which to act.</summary>
    public void Suspend()
    {
        (IsActive, Run) = (false, null);
        _deadlines.Clear();
        _pace.Stop();
    }

    /// <summary>An entry was committed.</summary>
    public void Applied(AppliedEntry applied, StepWork work)
    {
        if (CoordinatorRule.Choose(applied.After) == _self.Node != IsActive)
            Change(!IsActive, applied.After, work);
        if (!IsActive)
            return;
        foreach (Command command in applied.Entry.Submission.Commands)
        {
            _pauses.Read(command, work.Time.Now);
            _review.Read(Run, command, applied, work.Time.Now);
            if (Relevance.Of(command, applied) is { } reason)
                Want(reason, work.Time.Now);
        }

        _review.Conclude(Run, applied);
    }

    /// <summary>A command of this coordinator's own was committed.</summary>
    public void Settled(Receipt.Action action)
    {
        if (Run is { } run && run.Number == action.Transition)
            run.Complete(action.Number);
    }

    /// <summary>A plan is there: carried out, unless something relevant has been committed since it was asked for.</summary>
    public void Planned(long request, Plan plan, ReplicatedState state, StepWork work)
    {
        if (!IsActive)
            return;
        if (_pace.IsAwaited(request) && state.Planning is not null)
            work.Submit(new Command.PlanningEnded(_self.Node, null, 0));
        if (!_pace.Planned(request))
            return;
        _fencing.RunBegan();
        _fencing.TellAvoided(plan, state, work);
        Run = new TransitionRun(plan.Graph, ++_transitions, _self.Session, _pauses);
        _pace.Recheck(plan.Graph.RecheckBy, state, work.Time);
    }

    /// <summary>No plan: said aloud and tried again; what safety demands is done meanwhile.</summary>
    public void PlanningFailed(long request, string reason, ReplicatedState state, StepWork work)
    {
        if (!IsActive || !_pace.IsAwaited(request))
            return;
        work.Submit(new Command.PlanningEnded(_self.Node, reason, _pace.Failed(work.Time.Now)));
        TransitionGraph safety = SafetyPlan.Make(state);
        if (safety.Actions.IsEmpty)
            return;
        _fencing.RunBegan();
        Run = new TransitionRun(safety, ++_transitions, _self.Session);
    }

    /// <summary>Says that it is there, how far time is, and what it last held.</summary>
    public void Tick(ReplicatedState state, (long Index, string Digest) held, StepWork work)
    {
        if (IsActive)
            _ticks.Step(!IsPlanning && Run is null or { IsOver: true }, state, held, work);
    }

    /// <summary>Goes on.</summary>
    public void Step(ReplicatedState state, StepWork work)
    {
        if (!IsActive)
            return;
        _graces.Step(state, work);
        foreach (NodeId node in _fencing.Step(state, work))
            Want($"fencing of {node} may be tried again", work.Time.Now);
        _deadlines.Step(Run, state, work);
        if (_pace.Overdue(work.Time.Now) is { } overdue)
            PlanningFailed(overdue, "the planner doesn't answer", state, work);
        if (_pace.TakeRecheck(work.Time.Now))
            Want("time has passed", work.Time.Now);
        if (Run?.TakeWithdrawal() == true && state.View is { } view)
            work.Submit(new Command.Withdrawn(view.Epoch));
        if (Run is { IsOver: false } run)
            _dispatching.Step(run, state, work);
        if (_pace.Ask(Run, state, work.Time.Now) is { } request)
            work.Emit(PlanRequest.For(request, state, work.Time.Wall));
    }

    /// <inheritdoc cref="FenceDirection.IntentFor"/>
    public FenceIntent IntentFor(ControlRequest.Fence request, ReplicatedState state) => _fencing.IntentFor(request, state);

    private void Change(bool active, ReplicatedState state, StepWork work)
    {
        (IsActive, Run) = (active, null);
        _ticks.Restart();
        _graces.Clear();
        _deadlines.Clear();
        _pauses.Clear();
        if (!active)
        {
            _pace.Stop();
            return;
        }

        _pace.Begin();
        work.Emit(new ControlOutput.Pause(PausePoint.OnCoordinatorTakeover));
        if (state.View is { } view && state.Pending.Values.Any(o => o.After.Count > 0 || o.IsDelayed))
            work.Submit(new Command.Withdrawn(view.Epoch));
        Want("this node coordinates from now on", work.Time.Now);
    }

    private void Want(string reason, Instant now)
    {
        Run?.Abort(reason);
        _pace.Want(reason, now);
    }
}
