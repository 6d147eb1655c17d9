using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>
/// Runs agents for the controller, and outlives it. Each run is recorded before the agent's first
/// instruction; a new executor first empties what unfinished runs of an earlier one left over, and only then
/// tells a controller what it knows; what can't be killed yet holds back its resource until it is gone.
/// Recurring operations go on while no controller is there; their results wait, bounded, for the next one. As
/// fencer it is the same with fence agents: one shot at a time for a device, ahead of the device's monitors.
/// </summary>
public sealed partial class ExecutorRole : IRole, IEndingRole
{
    private readonly ExecutorOptions _options;
    private readonly ISpawner _spawner;
    private readonly ILinks _links;
    private readonly IPausePoints _pause;
    private readonly ILogger _log;
    private readonly OperationJournal _journal;
    private readonly OperationQueue _queue;
    private readonly ResultSpool _spool;
    private readonly Dictionary<string, HeldOperation> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HeldOperation> _runs = new(StringComparer.Ordinal);
    private readonly RememberedResults _remembered;
    private ImmutableArray<JournalEntry> _leftover = [];
    private ImmutableArray<string> _unkillable = [];
    private Instant? _sweepAt;
    private ExecutorRequest.StopOrder? _stopOrder;
    private StoppingAlone? _alone;
    private readonly HashSet<LinkId> _controllers = [];
    private LinkId? _controller;
    private LinkId? _supervisor;
    private bool _ready;
    private bool _greeted;
    private long _runNumber;

    /// <summary>Nothing is done before <see cref="Start"/>.</summary>
    public ExecutorRole(
        ExecutorOptions options, ISpawner spawner, IStore store, ILinks links, IPausePoints pause, ILogger log)
    {
        (_options, _spawner, _links, _pause, _log) = (options, spawner, links, pause, log);
        _journal = new OperationJournal(store, options.Incarnation);
        _queue = new OperationQueue(options.RunningMax);
        _spool = new ResultSpool(options.ResultsMax);
        _remembered = new RememberedResults(options.RememberedMax);
    }

    /// <inheritdoc/>
    public Instant? NextTimer
    {
        get
        {
            Instant? next = _sweepAt;
            foreach (HeldOperation operation in _held.Values)
            {
                if (operation.Phase == OperationPhase.Resting && (next is null || operation.Due.CompareTo(next.Value) < 0))
                    next = operation.Due;
            }

            return next;
        }
    }

    /// <inheritdoc/>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public void Start(RoleTime time) => LogStarted(_options.Kind, _options.Session);

    /// <inheritdoc/>
    public void Handle(RoleInput input, RoleTime time)
    {
        switch (input)
        {
            case RoleInput.FromStore(var stored):
                FromStore(stored, time);
                break;
            case RoleInput.FromSpawner(var spawned):
                FromSpawner(spawned, time);
                break;
            case RoleInput.FromLink(var linked):
                FromLink(linked, time);
                break;
            case RoleInput.StopAsked(var reason):
                // What runs goes on to its end or is emptied by the next
                // executor; resources aren't stopped here.
                LogStopAsked(reason);
                HasEnded = true;
                break;
            case RoleInput.FromEngine or RoleInput.FromProcessHost or RoleInput.FromWorker:
                throw new InvariantException($"an executor was given {input.GetType().Name}");
        }

        Begin(time);
    }

    /// <inheritdoc/>
    public void OnTimer(RoleTime time)
    {
        if (_sweepAt is { } due && due.CompareTo(time.Now) <= 0)
        {
            _sweepAt = null;
            _spawner.Sweep([.. _leftover.Select(e => e.Record)]);
        }

        foreach (HeldOperation operation in _held.Values.Where(o => o.Phase == OperationPhase.Resting
            && o.Due.CompareTo(time.Now) <= 0).OrderBy(o => o.Due).ThenBy(o => o.CallId).ToList())
            _queue.Add(operation, time.Now);
        Begin(time);
    }

    private void FromStore(StoreEvent stored, RoleTime time)
    {
        switch (stored)
        {
            case StoreEvent.Loaded(_, var records):
                _leftover = _journal.Load(records);
                LogLoaded(_leftover.Length);
                _pause.Reach("executor-before-sweep");
                _spawner.Sweep([.. _leftover.Select(e => e.Record)]);
                break;
            case StoreEvent.Synced(var request):
                if (_journal.Answered(request) is { } run)
                    Proceed(run, time);
                break;
            case StoreEvent.Failed(var request, var reason):
                RecordFailed(request, reason);
                break;
            case StoreEvent.Failing or StoreEvent.Recovered:
                throw new InvariantException("an executor's store gives up what it can't do");
        }
    }

    /// <summary>An agent that isn't recorded isn't let run: after our death nobody would find it.</summary>
    private void RecordFailed(long request, string reason)
    {
        LogStoreFailed(reason);
        if (_journal.Answered(request) is { } run && _runs.TryGetValue(run, out HeldOperation? operation))
        {
            operation.NotBegun = $"not run, because it couldn't be recorded first: {reason}";
            _spawner.Cancel(run);
        }
    }

    private void FromSpawner(SpawnerEvent spawned, RoleTime time)
    {
        switch (spawned)
        {
            case SpawnerEvent.Prepared(var record):
                if (_runs.TryGetValue(record.OperationId, out HeldOperation? prepared))
                    _journal.Begin(prepared, record);
                break;
            case SpawnerEvent.Ended(var outcome):
                Ended(outcome, time);
                break;
            case SpawnerEvent.Swept(_, var left):
                Swept(left, time);
                break;
        }
    }

    // What can't be killed may still do its work: nothing else of its resource runs before it is gone, and
    // its end is told only then. A shot doesn't wait for an earlier one's agent.
    private void Swept(ImmutableArray<string> left, RoleTime time)
    {
        ImmutableArray<JournalEntry> all = _leftover;
        _leftover = _options.Kind == AgentKind.Fence ? [] : [.. all.Where(e => left.Contains(e.Record.OperationId))];
        foreach (JournalEntry entry in all.Except(_leftover))
            TellInterrupted(entry, left.Contains(entry.Record.OperationId));
        foreach (JournalEntry entry in _ready ? [] : _leftover)
            _queue.Hold(entry.Order.Resource);
        _unkillable = left;
        _sweepAt = _leftover.IsEmpty ? null : time.Now.Plus(_options.SweepsEvery);
        if (_ready)
            return;
        _ready = true;
        SendInventory();
        StepAlone(time);
    }

    private void TellInterrupted(JournalEntry entry, bool unkillable)
    {
        OperationReport report = ResultReport.Interrupted(entry, unkillable, _spool.NextNumber());
        LogInterrupted(report);
        _spool.Add(report);
        _remembered.Add(report);
        // One that can't be killed is looked for again by the next executor.
        _journal.Note(entry.Order, entry.CallId, report.Status, report.Code);
        if (!unkillable)
            _journal.End(entry.Record.OperationId);
        if (!_ready)
            return;
        _queue.Release(entry.Order.Resource);
        Send(new ExecutorReply.Ended(report));
    }

    private void Begin(RoleTime time)
    {
        while (_ready && _queue.TakeNext() is { } operation)
        {
            if (IsMutating(operation.Order.Action))
                DropRecurringOf(operation.Order.Resource);
            operation.BeganAt = time.Now;
            operation.BeganAtWall = time.Wall;
            Prepare(operation);
        }
    }

    private void Prepare(HeldOperation operation)
    {
        operation.Phase = OperationPhase.Preparing;
        operation.RunId = string.Create(
            CultureInfo.InvariantCulture, $"{_options.Session}-{operation.CallId}-{++_runNumber}");
        _runs.Add(operation.RunId, operation);
        _spawner.Prepare(Spec(operation));
    }

    private void Proceed(string run, RoleTime time)
    {
        if (!_runs.TryGetValue(run, out HeldOperation? operation))
            return;
        // A second go-ahead for one run would start its agent twice.
        if (operation.Phase != OperationPhase.Preparing)
            throw new InvariantException($"run {run} is {operation.Phase}, and was recorded only now");
        _pause.Reach($"executor-recorded-{operation.Order.Action}");
        operation.Phase = OperationPhase.Running;
        if (operation.FailedStop is null)
            (operation.BeganAt, operation.BeganAtWall) = (time.Now, time.Wall);
        _spawner.Proceed(run);
    }

    private OperationSpec Spec(HeldOperation operation)
    {
        OperationOrder order = operation.Order;
        OperationSpec spec = new(
            operation.RunId, _options.Kind, order.Resource, order.Class, order.Provider, order.Type, order.Action,
            order.Parameters, order.Meta, OrderTimes.Limit(order.TimeoutMs), order.IntervalMs)
        {
            Extension = OrderTimes.Limit(order.ExtensionMs),
        };
        return operation.FailedStop is null
            ? spec
            : StopProof.Look(spec, order);
    }

    private void Ended(OperationOutcome outcome, RoleTime time)
    {
        if (!_runs.Remove(outcome.OperationId, out HeldOperation? operation))
            return;
        _pause.Reach($"executor-ended-{operation.Order.Action}");
        if (_options.Kind == AgentKind.Resource && StopProof.IsWanted(operation, outcome))
        {
            // Should the executor die before the look is recorded, the next one's node is probed anew.
            _journal.End(operation.RunId);
            operation.FailedStop = outcome;
            Prepare(operation);
            return;
        }

        if (operation.FailedStop is { } failed)
        {
            operation.IsByLook = StopProof.IsFound(outcome);
            outcome = StopProof.Judge(failed, outcome);
            (operation.FailedStop, operation.NotBegun) = (null, null);
        }

        if (_options.Kind == AgentKind.Resource && operation.NotBegun is null)
        {
            _journal.Note(
                operation.Order, operation.CallId, ResultReport.StatusNumber(outcome.Status),
                    outcome.ReturnCode);
        }

        _journal.End(operation.RunId);
        _queue.Ended(operation);
        bool displaced = operation.Displaced;
        operation.Displaced = false;
        if (!operation.Dropped && !displaced)
            Report(operation, outcome, time);
        _alone?.Ended(operation.Order, outcome);
        if (operation.Dropped || !operation.IsRecurring)
        {
            Forget(operation);
        }
        else if (displaced)
        {
            // It runs again as soon as the shot is over, not an interval
            // later: a plan may wait for its result.
            _queue.Add(operation, time.Now);
        }
        else
        {
            operation.Phase = OperationPhase.Resting;
            operation.Due = time.Now.Plus(OrderTimes.Wait(operation.Order.IntervalMs));
        }

        StepAlone(time);
    }

    private void Report(HeldOperation operation, OperationOutcome outcome, RoleTime time)
    {
        if (operation.NotBegun is { } reason)
            outcome = outcome with { Status = OperationStatus.Error, ExitReason = reason };
        operation.NotBegun = null;
        OperationReport report = ResultReport.Of(operation, outcome, _spool.NextNumber());
        bool same = operation.Last is { } last && last.Status == report.Status && last.Code == report.Code;
        operation.Last = report;
        if (same)
            return;
        Tell(report);
    }

    private void Tell(OperationReport report)
    {
        LogEnded(report);
        _spool.Add(report);
        _remembered.Add(report);
        Send(new ExecutorReply.Ended(report));
    }

    private void Forget(HeldOperation operation)
    {
        _held.Remove(operation.Order.OperationId);
        foreach (ExecutorRequest.Cancel cancel in operation.Cancellers)
            TellCancelled(cancel);
        operation.Cancellers.Clear();
    }
}
