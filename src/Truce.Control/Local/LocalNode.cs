using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// This node's own part: carries committed orders to the executors, their results to the log, and
/// reports what really runs when it joins.
/// </summary>
internal sealed class LocalNode(ControlIdentity self, ControlLimits limits)
{
    private readonly Dictionary<ExecutorKind, string> _sessions = [];
    private readonly Dictionary<ExecutorKind, string> _lastSessions = [];
    private readonly Dictionary<string, Order> _sent = new(StringComparer.Ordinal);
    private readonly FencerReview _fencer = new();
    private readonly HeldOrders _held = new();
    private ExecutorInventory? _inventory;
    private bool _inventoryAsked;
    private bool _joinSubmitted;
    private bool _linkWasDown;
    private bool _resetTold;
    private int _lastCall;
    private long _askedAt;
    private Instant? _shotUntil;

    /// <summary>When it wants to go on.</summary>
    public Instant? NextTimer => _held.NextTimer;

    /// <summary>Whether the fencer is connected.</summary>
    public bool FencerUp => FencerSession.Length > 0;

    /// <summary>The fencer's life; empty: not connected.</summary>
    public string FencerSession => _sessions.GetValueOrDefault(ExecutorKind.Fencing, "");

    /// <summary>The executor's life; empty: not connected.</summary>
    public string ExecutorSession => _sessions.GetValueOrDefault(ExecutorKind.Resources, "");

    /// <summary>This node has left: nothing more is to be done.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>An executor told what it has, of what was ordered up to an index; true: it is
    /// another life of it than before.</summary>
    public bool Up(ExecutorKind kind, ExecutorInventory inventory, long index)
    {
        bool another = _lastSessions.GetValueOrDefault(kind) != inventory.Session;
        _sessions[kind] = _lastSessions[kind] = inventory.Session;
        if (kind != ExecutorKind.Resources)
        {
            _fencer.Begin(inventory);
            return another;
        }

        _inventory = inventory;
        if (!_inventoryAsked)
            BeginReport(index);
        _inventoryAsked = false;
        _joinSubmitted = false;
        if (another)
            ForgetSent();
        return another;
    }

    /// <summary>The connection to an executor is gone; it goes on by itself.</summary>
    public void Down(ExecutorKind kind)
    {
        _sessions.Remove(kind);
        if (kind != ExecutorKind.Resources)
            return;
        _inventory = null;
        _linkWasDown = true;
    }

    /// <summary>Another view, or another state, in which this node has to report anew what
    /// was ordered up to an index.</summary>
    public void MustReport(long index, StepWork work)
    {
        _joinSubmitted = false;
        _inventory = null;
        ForgetSent();
        BeginReport(index);
        if (ExecutorSession.Length > 0)
        {
            _inventoryAsked = true;
            work.Emit(new ControlOutput.AskInventory(ExecutorKind.Resources));
        }

        if (FencerUp)
            work.Emit(new ControlOutput.AskInventory(ExecutorKind.Fencing));
    }

    /// <summary>A view began in which the earlier report may have been lost.</summary>
    public void ViewBegan() => _joinSubmitted = false;

    /// <summary>Reports, if that is due: what the executor has beats what anyone remembers.</summary>
    public void Report(ReplicatedState state, StepWork work)
    {
        foreach (OperationResult lost in _fencer.Lost(state, self, work.Time.Wall, () => ++_lastCall))
            Tell(lost, work);
        if (_joinSubmitted || _inventoryAsked || _inventory is not { } inventory || state.Member(self.Node) is not { } member
            || member.ControllerSession != self.Session)
        {
            return;
        }

        bool due = member.Phase == MemberPhase.Joining
            || (member.Phase == MemberPhase.Joined && (_linkWasDown || member.ExecutorSession != inventory.Session));
        if (!due || MustAwaitShot(state, member, work.Time.Now))
            return;
        _joinSubmitted = true;
        _linkWasDown = false;
        work.Emit(new ControlOutput.Pause(PausePoint.InJoining));
        work.Submit(
            new Command.NodeJoined(
                self.Node, self.Session, self.Incarnation, inventory.Session,
                [.. inventory.Running, .. _sent.Values.Where(IsDevices).Select(o => o.OperationId)],
                inventory.Unreported.Select(r => r.Result).ToEquatableArray(), inventory.Unkillable)
            {
                AsOf = _askedAt,
                Started = inventory.Started.Select(s => s with { Node = self.Node }).ToEquatableArray(),
                Reset = _resetTold ? "" : self.ResetReason,
            },
            new Receipt.Report());
    }

    // Before a shot at this node's former boot is over, it doesn't ask for work that the shot would end. The
    // coordinator's ticks bring it here again.
    private bool MustAwaitShot(ReplicatedState state, MemberState member, Instant now)
    {
        if (member.Phase == MemberPhase.Joining && ShotsOnTheWay.Threaten(state, self.Node))
        {
            _shotUntil ??= now.Plus(ShotsOnTheWay.Patience(state, self.Node));
            return _shotUntil.Value.CompareTo(now) > 0;
        }

        _shotUntil = null;
        return false;
    }

    /// <summary>This node's report at a join is committed.</summary>
    public void Settled(Receipt.Report report, bool quorate, StepWork work)
    {
        _resetTold |= quorate;
        AcknowledgeInventory(quorate, work);
    }

    /// <summary>A result is committed: its executor may forget it. What only a minority has committed
    /// may be lost, and is kept.</summary>
    public void Settled(Receipt.Result result, bool quorate, StepWork work)
    {
        if (quorate && result.Session == _sessions.GetValueOrDefault(result.Kind))
            work.Emit(new ControlOutput.Acknowledge(result.Kind, result.Number));
    }

    /// <summary>Carries out what is committed for this node.</summary>
    /// <param name="applied">What was committed.</param>
    /// <param name="hold">Why nothing may be started: starts are given up, in so many
    /// words. Null: nothing is held.</param>
    /// <param name="work">The step's work.</param>
    public void Carry(AppliedEntry applied, string? hold, StepWork work)
    {
        foreach (Command command in applied.Entry.Submission.Commands)
        {
            if (command is Command.Ordered ordered)
                Carry(ordered, applied.After, hold, work);
            else if (command is Command.Withdrawn withdrawn)
                _held.Withdraw(withdrawn);
            else if (command is Command.FenceAsked asked)
                Hold(asked.Intent, applied.After, work.Time.Now);
            else if (command is Command.NodeLeft left && left.Node == self.Node && left.Incarnation == self.Incarnation)
                Leave(work);
        }
    }

    /// <summary>This node's own devices have confirmed a fencing: what was allowed with it
    /// needn't wait for the log.</summary>
    public void Confirmed(string fence) => _held.Confirm(fence);

    /// <summary>Runs held orders whose turn has come, and gives up those for which it never will.</summary>
    public void CarryHeld(ReplicatedState state, bool quorate, StepWork work)
    {
        (ImmutableArray<Order> run, ImmutableArray<Order> givenUp) = _held.Take(state, quorate, work.Time.Now);
        foreach (Order order in run.Where(o => _sent.TryAdd(o.OperationId, o)))
        {
            work.Emit(new ControlOutput.Pause(PausePoint.AfterCommitBeforeOrder));
            Carry(order, work);
        }

        foreach (Order order in givenUp)
            Tell(Made(order, ExecutionStatus.Cancelled, AgentExitCode.Ok, "the operation it was waiting for didn't succeed",
                work), work);
    }

    /// <summary>A result: to the log.</summary>
    public void Ended(ExecutorKind kind, NumberedResult result, StepWork work)
    {
        work.Emit(new ControlOutput.Pause(PausePoint.AfterOrderBeforeResult));
        _lastCall = Math.Max(_lastCall, result.Result.CallId);
        Tell(Named(result.Result), work, new Receipt.Result(kind, _sessions.GetValueOrDefault(kind, ""), result.Number));
    }

    /// <summary>A cancellation is over.</summary>
    public void Cancelled(string operationId, StepWork work)
    {
        if (_sent.TryGetValue(operationId, out Order? order))
            Tell(Made(order, ExecutionStatus.Done, AgentExitCode.Ok, "", work), work);
    }

    /// <summary>An order can't be carried out.</summary>
    public void Refused(string operationId, string reason, StepWork work)
    {
        if (_sent.TryGetValue(operationId, out Order? order))
            Tell(Made(order, ExecutionStatus.ErrorHard, AgentExitCode.Error, reason, work), work);
    }

    private void Carry(Command.Ordered ordered, ReplicatedState state, string? hold, StepWork work)
    {
        foreach (Order order in ordered.Orders.Where(o => o.Node == self.Node && o.Incarnation == self.Incarnation))
        {
            if (!state.Pending.ContainsKey(order.OperationId))
                continue;
            if (order.IsHeld)
                _held.Follow(order, ordered);
            if (order.IsHeld || !_sent.TryAdd(order.OperationId, order))
                continue;
            if (hold is not null && StartGuard.ActivatesBy(order.Operation))
            {
                Tell(Made(order, ExecutionStatus.Cancelled, AgentExitCode.Ok, hold, work), work);
                continue;
            }

            work.Emit(new ControlOutput.Pause(PausePoint.AfterCommitBeforeOrder));
            Carry(order, work);
        }
    }

    private void Hold(FenceIntent intent, ReplicatedState state, Instant now)
    {
        foreach (Order allowed in intent.Allowed.Where(o => o.Node == self.Node && o.Incarnation == self.Incarnation))
        {
            if (state.Pending.GetValueOrDefault(allowed.OperationId) is { } order && order.Fence == intent.Id)
                _held.Allow(order, now.Plus(limits.AllowedStart));
        }
    }

    // The report that follows speaks of what was ordered up to here; what is held ends with it.
    private void BeginReport(long index)
    {
        _askedAt = index;
        _held.Clear();
    }

    private void Carry(Order order, StepWork work)
    {
        // Another node's start, or an earlier boot's, would be the second one (promise S1).
        if (order.Node != self.Node || order.Incarnation != self.Incarnation)
        {
            throw new InvariantException(
                $"{order} is for {order.Node} in boot {order.Incarnation}, not for this one");
        }

        if (IsDevices(order))
            _fencer.Sent(order);
        if (order.Kind == OrderTask.Run && HistoryEditing.EndsRecurring(order.Operation, order.IntervalMs))
            EndRecurring(order.Resource, work);
        if (order.Kind == OrderTask.Run && IsDevices(order))
            CarryDevice(order, work);
        else if (order.Kind == OrderTask.Run)
            work.Emit(new ControlOutput.Run(ExecutorKind.Resources, order));
        else if (order.Kind == OrderTask.Cancel)
            work.Emit(new ControlOutput.Cancel(KindOf(order), order));
        else
            Tell(Made(order, ExecutionStatus.Done, AgentExitCode.Ok, "", work), work);
        if (order.Kind == OrderTask.Shutdown)
            work.Submit(new Command.NodeLeft(self.Node, self.Incarnation));
    }

    // What went to the fencer goes on there; its next inventory tells what didn't arrive.
    private void ForgetSent()
    {
        foreach (string id in _sent.Values.Where(o => !IsDevices(o)).Select(o => o.OperationId).ToList())
            _sent.Remove(id);
    }

    private static bool IsDevices(Order order) => order.Agent?.Class == AgentName.Stonith;

    // While a resource changes its state a monitor of the former one would only find fault.
    private void EndRecurring(ResourceId resource, StepWork work)
    {
        foreach (Order order in _sent.Values.Where(o => o.Resource == resource && o is { Kind: OrderTask.Run, IntervalMs: > 0 }).ToList())
        {
            _sent.Remove(order.OperationId);
            work.Emit(new ControlOutput.Cancel(KindOf(order), order));
        }
    }

    // A fence device isn't started anywhere: "started" means that this node
    // watches it. Starting it is a first look.
    private void CarryDevice(Order order, StepWork work)
    {
        if (order is { Operation: OperationNames.Stop })
            Tell(Made(order, ExecutionStatus.Done, AgentExitCode.Ok, "", work), work);
        else if (order is { Operation: OperationNames.Monitor, IntervalMs: 0 })
            Tell(Made(order, ExecutionStatus.Done, AgentExitCode.NotRunning, "", work), work);
        else if (!FencerUp)
            Tell(Made(order, ExecutionStatus.NotConnected, AgentExitCode.Error, "the fencer isn't running",
                work), work);
        else
            work.Emit(new ControlOutput.Run(ExecutorKind.Fencing,
                order with { Operation = OperationNames.Monitor }));
    }

    private void Leave(StepWork work)
    {
        HasLeft = true;
        work.Emit(new ControlOutput.StoppedCleanly());
        work.Emit(new ControlOutput.Leave("stopped in order, as requested"));
    }

    private void AcknowledgeInventory(bool quorate, StepWork work)
    {
        if (quorate && _inventory is { Unreported.Length: > 0 } inventory)
        {
            work.Emit(new ControlOutput.Acknowledge(
                ExecutorKind.Resources, inventory.Unreported.Max(r => r.Number)));
        }
    }

    private void Tell(OperationResult result, StepWork work, Receipt? receipt = null)
    {
        TimeSpan patience = Patience(result);
        if (result.IntervalMs == 0)
            _sent.Remove(result.OperationId);
        _held.Ended(result);
        work.Submit(new Command.Results(self.Node, ExecutorSession, [result]), receipt, patience);
    }

    // How long a result may wait for others, to share an entry with them.
    private TimeSpan Patience(OperationResult result)
    {
        if (!result.IsExpected || !_sent.TryGetValue(result.OperationId, out Order? order) || order.IsAwaited)
            return default;
        return _held.IsFollowed(result.OperationId) ? limits.ResultsInSequence : limits.ResultsTogether;
    }

    // The executor ran a device's start as a monitor; the history has it under the name that was ordered.
    private OperationResult Named(OperationResult result) => _sent.TryGetValue(result.OperationId, out Order? order)
        ? result with { Operation = order.Operation, TransitionKey = order.TransitionKey, Digest = OperationDigest.Of(order) }
        : result;

    private static ExecutorKind KindOf(Order order) =>
        IsDevices(order) ? ExecutorKind.Fencing : ExecutorKind.Resources;

    private OperationResult Made(
        Order order, ExecutionStatus status, AgentExitCode code, string reason, StepWork work) =>
        OperationResult.Of(order, status, code, reason, ++_lastCall, work.Time.Wall);
}
