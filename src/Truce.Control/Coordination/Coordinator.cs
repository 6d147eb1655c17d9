using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// Plans, carries out the plan, watches for what takes too long, on the member that the rule chooses. All its
/// decisions go through the log, where its successor finds them. It only routes.
/// </summary>
internal sealed class Coordinator
{
    private readonly ControlIdentity _self;
    private readonly CoordinatorRooms _rooms;
    private long _transitions;

    public Coordinator(ControlIdentity self, ControlLimits limits) =>
        (_self, _rooms) = (self, new CoordinatorRooms(self, limits));

    /// <summary>Whether this node coordinates.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The transition under way, or the last one.</summary>
    public TransitionRun? Run { get; private set; }

    /// <summary>Whether a plan is being made or is due, or not all members know what it can't do.</summary>
    public bool IsPlanning => _rooms.Pace.IsPlanning || _rooms.Blocked.IsUntold;

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer => IsActive ? _rooms.NextTimer(Run) : null;

    /// <summary>A node's supervisor has spoken of its controller.</summary>
    public void PeerSaid(NodeId node, ControllerWord word) => _rooms.Graces.Said(node, word);

    /// <summary>A view began: nothing that was under way is known to go on.</summary>
    public void ViewBegan(Instant now)
    {
        _rooms.Pace.ViewBegan(now);
        if (Run is { IsOver: false } run)
            run.Abort("another view");
    }

    /// <summary>There is no view in which to act, or another member coordinates.</summary>
    public void Suspend()
    {
        (IsActive, Run) = (false, null);
        _rooms.Stop();
    }

    /// <summary>An entry was committed.</summary>
    public void Applied(AppliedEntry applied, StepWork work)
    {
        bool isChosen = CoordinatorRule.Choose(applied.After) == _self.Node;
        if (IsActive && !isChosen)
            Suspend();
        else if (isChosen && !IsActive)
            TakeOver(applied.After, work);
        if (!IsActive)
            return;
        foreach (Command command in applied.Entry.Submission.Commands)
        {
            _rooms.Read(command, work.Time.Now);
            _rooms.Review.Read(Run, command, applied, work.Time.Now);
            if (Relevance.Of(command, applied) is { } reason)
                Want(reason, work.Time.Now);
        }

        _rooms.Review.Conclude(Run, applied);
    }

    /// <summary>A command of this coordinator's own was committed.</summary>
    public void Settled(Receipt.Action action)
    {
        if (Run?.Number == action.Transition)
            Run.Complete(action.Number);
    }

    /// <summary>A plan is there: carried out, unless something relevant was committed meanwhile.</summary>
    public void Planned(long request, Plan plan, ReplicatedState state, StepWork work)
    {
        if (IsActive && _rooms.Pace.IsAwaited(request) && state.Planning is not null)
            work.Submit(new Command.PlanningEnded(_self.Node, null, 0));
        if (!IsActive || !_rooms.Pace.Planned(request))
            return;
        Begin(plan.Graph, state, _rooms.Pauses);
        _rooms.Planned(plan, state, work);
    }

    /// <summary>No plan: said aloud and tried again; what safety demands is done meanwhile.</summary>
    public void PlanningFailed(long request, string reason, ReplicatedState state, StepWork work)
    {
        if (!IsActive || !_rooms.Pace.IsAwaited(request))
            return;
        work.Submit(new Command.PlanningEnded(_self.Node, reason, _rooms.Pace.Failed(work.Time.Now)));
        if (SafetyPlan.Make(state) is { Actions.IsEmpty: false } safety)
            Begin(safety, state);
    }

    /// <summary>Says that it is there, how far time is, and what it last held.</summary>
    public void Tick(ReplicatedState state, (long Index, string Digest) held, StepWork work)
    {
        if (IsActive)
            _rooms.Ticks.Step(!IsPlanning && Run is null or { IsOver: true }, state, held, work);
    }

    /// <summary>Goes on.</summary>
    public void Step(ReplicatedState state, StepWork work)
    {
        if (!IsActive)
            return;
        foreach (string reason in _rooms.Due(state, work))
            Want(reason, work.Time.Now);
        _rooms.Deadlines.Step(Run, state, work);
        if (_rooms.Pace.Overdue(work.Time.Now) is { } overdue)
            PlanningFailed(overdue, "the planner doesn't answer", state, work);
        _rooms.Withdraw(Run, state, work);
        _rooms.Dispatch(Run, state, work);
        if (_rooms.Pace.Ask(Run, state, work.Time.Now) is { } request)
            work.Emit(PlanRequest.For(request, state, work.Time.Wall));
    }

    /// <inheritdoc cref="FenceDirection.IntentFor"/>
    public FenceIntent IntentFor(ControlRequest.Fence request, ReplicatedState state) =>
        _rooms.Fencing.IntentFor(request, state);

    private void Begin(TransitionGraph graph, ReplicatedState state, RestartPauses? pauses = null)
    {
        _rooms.Fencing.RunBegan();
        Run = new TransitionRun(graph, ++_transitions, _self.Session, pauses, state);
    }

    private void TakeOver(ReplicatedState state, StepWork work)
    {
        (IsActive, Run) = (true, null);
        _rooms.Begin();
        work.Emit(new ControlOutput.Pause(PausePoint.OnCoordinatorTakeover));
        if (state.View is { } view && state.Pending.Values.Any(o => o.After.Count > 0 || o.IsDelayed))
            work.Submit(new Command.Withdrawn(view.Epoch));
        Want("this node is now the coordinator", work.Time.Now);
    }

    private void Want(string reason, Instant now)
    {
        Run?.Abort(reason);
        _rooms.Pace.Want(reason, now);
    }
}
