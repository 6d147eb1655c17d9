using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// One node's control: takes what happened and gives the work that follows. It is made of small machines, and
/// only routes between them: views are gathered (<see cref="ViewGathering"/>), entries delivered,
/// acknowledged and committed (<see cref="Replica"/>, <see cref="Acknowledgements"/>), committed ones applied
/// (<see cref="LogApply"/>), and from committed state alone this node acts: for itself
/// (<see cref="LocalNode"/>), as a shooter (<see cref="Shooter"/>), and as the coordinator
/// (<see cref="Coordinator"/>); for clients (<see cref="ClientWishes"/>), until it leaves
/// (<see cref="Leaving"/>). Not thread-safe: one loop owns it.
/// </summary>
public sealed class ControlMachine
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private readonly ControlIdentity _self;
    private readonly List<ControlOutput> _outputs = [];
    private readonly LogMember _log;
    private readonly LocalNode _local;
    private readonly Shooter _shooter;
    private readonly Coordinator _coordinator;
    private readonly SignsOfLife _signs;
    private readonly AgentLook _look;
    private readonly ClientWishes _wishes;
    private readonly Leaving _leaving;
    private readonly StoreHealth _store;
    private readonly LocalStopsWatch _stops;
    private bool _left;
    private Instant _lastStep;
    private Instant? _due;
    private long _calledFor;
    private long _restsAt;

    /// <summary>A control that knows nothing yet.</summary>
    public ControlMachine(ControlIdentity self, ControlLimits limits)
    {
        _self = self;
        _log = new LogMember(self, limits);
        _local = new LocalNode(self, limits);
        _shooter = new Shooter(self, limits);
        _coordinator = new Coordinator(self, limits);
        _signs = new SignsOfLife(self, limits);
        _look = new AgentLook(self);
        _wishes = new ClientWishes(limits);
        _leaving = new Leaving(self);
        _store = new StoreHealth(self, limits);
        _stops = new LocalStopsWatch(self, limits);
    }

    /// <summary>The state this node acts on: the cluster's, or a minority's branch; null: none yet.</summary>
    public ReplicatedState? State => _log.Active?.Committed;

    /// <summary>The view that this state belongs to; null: none yet.</summary>
    public Epoch? Epoch => _log.Active?.Epoch;

    /// <summary>What the present view may do; null: it is being agreed on.</summary>
    public ViewMode? Mode => _log.Mode;

    /// <summary>Votes as last reported by the engine; null if none yet.</summary>
    public QuorumInfo? Quorum => _log.Quorum;

    /// <summary>Why this node's store can't keep anything; null: it can.</summary>
    public (StoreFault Fault, string Reason)? StoreTrouble =>
        _store.Trouble.Length == 0 ? null : (_store.Fault, _store.Trouble);

    /// <summary>Whether too few stores work for anything to be acknowledged.</summary>
    public bool CanKeepNothing => State is { } state && !StoreApply.CanKeep(state);

    /// <summary>Whether this node is a member by the state that it acts on.</summary>
    public bool HasJoined => State?.Member(_self.Node) is { Phase: MemberPhase.Joined };

    /// <summary>Whether a quorate cluster is agreeing on its next view, with quorum
    /// as far as anybody knows.</summary>
    public bool IsRegathering => _log.IsRegathering;

    /// <summary>Why it may do no more, for people.</summary>
    public string Situation => _log.Situation;

    /// <summary>If members hold different states: why nothing is started or fenced,
    /// for people; otherwise null.</summary>
    public string? StateHold => _log.Comparison.Hold;

    /// <summary>The transition under way on this node if it coordinates; else null.</summary>
    public TransitionProgress? Transition => !_coordinator.IsActive || _coordinator.Run is not { } run
        ? null
        : new TransitionProgress(
            run.Number, run.Graph.Actions.Length, run.Done, run.InFlight, run.AbortReason, run.IsOver);

    /// <summary>Whether the coordinator is about to plan or, as far as this node knows, hasn't yet planned
    /// for the last committed entry.</summary>
    public bool IsPlanning => _coordinator.IsActive ? _coordinator.IsPlanning : _restsAt < _calledFor;

    /// <summary>
    /// When it next wants <see cref="ControlInput.TimePassed"/>. What was due at the last step and is still
    /// due waits for something else: it is looked at again after a pause, so that a loop can't spin on it.
    /// </summary>
    public Instant? NextTimer
    {
        get
        {
            if (_left || _due is not { } at)
                return null;
            Instant least = _lastStep.Plus(s_pause);
            return at.CompareTo(least) < 0 ? least : at;
        }
    }

    /// <summary>Takes what happened; gives the work that follows, in order.</summary>
    public ImmutableArray<ControlOutput> Step(ControlInput input, ControlTime time)
    {
        if (_left)
            return [];
        _outputs.Clear();
        StepWork work = new(_outputs.Add, _log.Submit, time);
        Take(input, work);
        if (ChangesNothing(input, time.Now))
        {
            InvariantException.Require(_outputs.Count == 0, "what changes nothing has given work, which would be lost");
            return [];
        }

        _lastStep = time.Now;
        Settle(work);
        _due = FirstDue();
        return [.. _outputs];
    }

    // Most messages of a calm cluster are others' acknowledgements that commit nothing: nothing follows from
    // them, unless an answer or a shot waits for what the others hold, or something is due.
    private bool ChangesNothing(ControlInput input, Instant now) =>
        input is ControlInput.Delivered { Message: PeerMessage.Acknowledge } delivered && delivered.Sender != _self.Member
        && !_log.HasNews && _wishes.NothingHeldBack && State?.OpenFences.Any() != true
        && !(_due is { } due && due.CompareTo(now) <= 0);

    private Instant? FirstDue() => Instant.Earliest(
        _log.NextTimer, _local.NextTimer, _shooter.NextTimer, _coordinator.NextTimer, _signs.NextTimer(_log),
        _wishes.NextTimer, _log.IsOpen ? _store.NextTimer : null, _log.IsOpen ? _stops.NextTimer : null);

    private void Take(ControlInput input, StepWork work)
    {
        switch (input)
        {
            case ControlInput.ViewChanged view:
                _log.ViewChanged(view.Ring, view.Members, work);
                break;
            case ControlInput.QuorumChanged quorum:
                _log.QuorumChanged(quorum.Ring, quorum.Info, work);
                break;
            case ControlInput.Delivered delivered:
                _log.Delivered(delivered.Sender, delivered.Message, delivered.Digest, work);
                break;
            case ControlInput.Loaded loaded:
                _log.Loaded(loaded.Facts, work);
                break;
            case ControlInput.Synced synced:
                _log.Synced(synced.Request);
                break;
            case ControlInput.PeerSaid said:
                _coordinator.PeerSaid(said.Node, said.Word);
                break;
            case ControlInput.StoreFailing failing:
                _log.StoreFails();
                _store.Fails(failing.Fault, failing.Reason, work.Time.Now);
                break;
            case ControlInput.StoreRecovered:
                _log.StoreWorks();
                _store.Works(work.Time.Now);
                break;
            case ControlInput.ExecutorUp up:
                ExecutorUp(up, work);
                break;
            case ControlInput.ExecutorDown down:
                _local.Down(down.Kind);
                break;
            case ControlInput.OperationEnded ended:
                OperationEnded(ended, work);
                break;
            case ControlInput.CancelDone done:
                _local.Cancelled(done.OperationId, work);
                break;
            case ControlInput.OrderRefused refused:
                OrderRefused(refused, work);
                break;
            case ControlInput.Planned planned:
                if (State is { } planState)
                    _coordinator.Planned(planned.Request, planned.Plan, planState, work);
                break;
            case ControlInput.PlanningFailed failed:
                if (State is { } unplanned)
                    _coordinator.PlanningFailed(failed.Request, failed.Reason, unplanned, work);
                break;
            case ControlInput.Wanted wanted:
                _wishes.Take(wanted, _log, State, _coordinator.IntentFor, work);
                break;
            case ControlInput.StopWanted:
                _leaving.StopWanted();
                break;
            case ControlInput.TimePassed:
                break;
        }
    }

    // What follows from the new situation, whatever the input was.
    private void Settle(StepWork work)
    {
        foreach (LogNews news in _log.TakeNews())
            Hear(news, work);
        _wishes.AnswerHeld(_log.SafelyHeld, work);
        _log.TimePassed(work);
        if (_log.IsOpen && State is { } state)
        {
            _local.Report(state, work);
            _signs.Watch(_log, state, work);
            if (State is not { } now)
                return;
            _shooter.Step(now, MayShoot, _local.FencerUp, work.Time.Now, work);
            foreach (string confirmed in _shooter.TakeConfirmed())
                _local.Confirmed(confirmed);
            _look.Step(now, _local.FencerSession, work);
            _store.Step(now, work);
            _stops.Step(now, _local.ExecutorSession, work);
            _coordinator.Tick(now, _log.Comparison.Last, work);
            if (StateHold is null)
            {
                _local.CarryHeld(now, _log.Mode == ViewMode.Quorate, work);
                _coordinator.Step(now, work);
            }
        }

        _leaving.Step(_log, State, work);
        _wishes.Expire(work);
        _log.Flush(work);
        // After the answers of this step, so that the client is answered first.
        if (_log.Ending is { } ending)
            work.Emit(new ControlOutput.Leave(ending));
        _left |= _outputs.OfType<ControlOutput.Leave>().Any();
    }

    private void Hear(LogNews news, StepWork work)
    {
        switch (news)
        {
            case LogNews.Suspended:
                _coordinator.Suspend();
                break;
            case LogNews.Opened:
                _shooter.ViewBegan();
                _coordinator.ViewBegan(work.Time.Now);
                _local.ViewBegan();
                _signs.ViewBegan(work.Time.Now);
                break;
            case LogNews.MustReport:
                _wishes.Forget(work);
                _local.MustReport(State?.Index ?? 0, work);
                break;
            case LogNews.Applied applied:
                Applied(applied, work);
                break;
            case LogNews.Dropped dropped:
                if (dropped.Receipt is Receipt.Client client)
                    _wishes.Dropped(client, work);
                break;
        }
    }

    private void Applied(LogNews.Applied news, StepWork work)
    {
        AppliedEntry applied = news.Entry;
        for (int i = 0; i < news.Receipts.Length; i++)
        {
            if (news.Receipts[i] is { } receipt)
                Settled(receipt, applied, i < applied.Outcomes.Length ? applied.Outcomes[i] : CommandOutcome.Plain, work);
        }

        foreach (Command command in applied.Entry.Submission.Commands)
        {
            if (command is Command.Tick { RestsAt: > 0 } tick)
                _restsAt = tick.RestsAt;
            else if (Relevance.Of(command, applied) is not null || command is Command.Results { HasSurprise: true })
                _calledFor = applied.Index;
        }

        _leaving.Applied(applied, work);
        _local.Carry(applied, StateHold, work);
        _coordinator.Applied(applied, work);
        _signs.Applied(applied, work.Time.Now);
    }

    private void Settled(Receipt receipt, AppliedEntry applied, CommandOutcome outcome, StepWork work)
    {
        bool quorate = _log.Mode == ViewMode.Quorate;
        switch (receipt)
        {
            case Receipt.Client client:
                _wishes.Committed(client, applied, outcome);
                break;
            case Receipt.Action action:
                _coordinator.Settled(action);
                break;
            case Receipt.Result result:
                _local.Settled(result, quorate, work);
                break;
            case Receipt.Report report:
                _local.Settled(report, quorate, work);
                break;
        }
    }

    private void ExecutorUp(ControlInput.ExecutorUp up, StepWork work)
    {
        bool another = _local.Up(up.Kind, up.Inventory, State?.Index ?? 0);
        if (up.Kind != ExecutorKind.Fencing)
            return;
        if (another)
            _shooter.FencerRestarted();

        foreach (NumberedResult result in up.Inventory.Unreported)
            OperationEnded(new ControlInput.OperationEnded(ExecutorKind.Fencing, result), work);
    }

    private void OperationEnded(ControlInput.OperationEnded ended, StepWork work)
    {
        string id = ended.Result.Result.OperationId;
        if (!ShotId.IsOne(id) && !AgentLook.IsLook(id))
        {
            _local.Ended(ended.Kind, ended.Result, work);
            return;
        }

        if (ShotId.IsOne(id))
            _shooter.Ended(ended.Result.Result, work.Time.Now);
        work.Emit(new ControlOutput.Acknowledge(ended.Kind, ended.Result.Number));
    }

    private void OrderRefused(ControlInput.OrderRefused refused, StepWork work)
    {
        if (ShotId.IsOne(refused.OperationId))
            _shooter.Refused(refused.OperationId, refused.Reason, work.Time.Now);
        else
            _local.Refused(refused.OperationId, refused.Reason, work);
    }

    // Only while the view is open and quorate, whatever the policy: after a merge, a minority's shots and
    // starts aren't trusted. Only if the other members, without the target, hold the intent too.
    private bool MayShoot(FenceState fence) => _log.Mode == ViewMode.Quorate && _log.IsOpen && StateHold is null
        && State is { } state && state.Member(_self.Node) is { Phase: MemberPhase.Joined }
        && QuorumGuard.Objection(state) is null
        && (fence.Intent.IsUnfencing || _log.IsHeldWithout(fence.Intent.Target, fence.Index));
}

/// <summary>How far a transition is.</summary>
public sealed record TransitionProgress(
    long Number, int Actions, int Done, int InFlight, string? AbortReason, bool IsOver);
