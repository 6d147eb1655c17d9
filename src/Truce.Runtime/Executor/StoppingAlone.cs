using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>
/// The stops of everything that is managed here, when there is nobody to order them. What was started since
/// the controller's last word goes first, the latest before the others, and then round after round as it
/// said. The first that fails ends it: its node is reset.
/// </summary>
internal sealed class StoppingAlone(string session)
{
    // What was started since the controller's last word: nobody has told how long its stop may take.
    private const long TimeoutMinMs = 120_000;

    private readonly Queue<ImmutableArray<OperationOrder>> _rounds = [];
    private readonly HashSet<string> _underWay = [];
    private readonly SortedSet<string> _failed = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>Whether what is to be done is known.</summary>
    public bool IsPlanned { get; private set; }

    /// <summary>Whether there was anything to stop.</summary>
    public bool WereAny { get; private set; }

    /// <summary>Everything is stopped, or something couldn't be.</summary>
    public bool IsOver => IsPlanned && (_failed.Count > 0 || (_rounds.Count == 0 && _underWay.Count == 0));

    /// <summary>What couldn't be stopped.</summary>
    public ImmutableArray<string> Failed => [.. _failed];

    /// <summary>Decides what is stopped, and in which order.</summary>
    /// <param name="order">The controller's last word; null: there was none in this life.</param>
    /// <param name="leftAlone">What isn't managed.</param>
    /// <param name="started">What this node has started, the latest first.</param>
    /// <param name="monitored">How a resource that this node hasn't started is monitored; null: it
    /// isn't.</param>
    public void Plan(
        ExecutorRequest.StopOrder? order, ImmutableArray<string> leftAlone,
        ImmutableArray<OperationOrder> started, Func<string, OperationOrder?> monitored)
    {
        IsPlanned = true;
        HashSet<string> told =
            [.. (order?.Rounds ?? []).SelectMany(r => r).Select(s => s.Resource), .. leftAlone];
        foreach (OperationOrder start in started.Where(s => !told.Contains(s.Resource)))
        {
            _rounds.Enqueue([Made(start, OperationNames.Stop, new LocalStop(
                start.Resource, Math.Max(TimeoutMinMs, start.TimeoutMs), 0, 0, 0))]);
        }

        foreach (ImmutableArray<LocalStop> round in order?.Rounds ?? [])
            Add(round, r => started.FirstOrDefault(s => s.Resource == r) ?? monitored(r));
        WereAny = _rounds.Count > 0 || _failed.Count > 0;
    }

    /// <summary>What is to be run now.</summary>
    public ImmutableArray<OperationOrder> Next()
    {
        if (!IsPlanned || _underWay.Count > 0 || _failed.Count > 0 || !_rounds.TryDequeue(out var round))
            return [];
        _underWay.UnionWith(round.Select(o => o.OperationId));
        return round;
    }

    /// <summary>An operation ended; not one of these, perhaps.</summary>
    public void Ended(OperationOrder order, OperationOutcome outcome)
    {
        if (_underWay.Remove(order.OperationId)
            && outcome is not { Status: OperationStatus.Done, ReturnCode: (int)AgentExitCode.Ok })
            _failed.Add(order.Resource);
    }

    private void Add(ImmutableArray<LocalStop> round, Func<string, OperationOrder?> find)
    {
        List<(LocalStop Stop, OperationOrder As)> known = [];
        foreach (LocalStop stop in round)
        {
            if (find(stop.Resource) is { } by)
                known.Add((stop, by));
            else
                _failed.Add(stop.Resource);
        }

        Add([.. known.Where(k => k.Stop.DemoteTimeoutMs > 0)
            .Select(k => Made(k.As, OperationNames.Demote, k.Stop))]);
        Add([.. known.Select(k => Made(k.As, OperationNames.Stop, k.Stop))]);
    }

    private void Add(ImmutableArray<OperationOrder> round)
    {
        if (!round.IsEmpty)
            _rounds.Enqueue(round);
    }

    private OperationOrder Made(OperationOrder by, string action, LocalStop stop)
    {
        bool demotes = action == OperationNames.Demote;
        long timeout = demotes ? stop.DemoteTimeoutMs : stop.TimeoutMs;
        return by with
        {
            OperationId = string.Create(CultureInfo.InvariantCulture, $"alone-{session}-{++_number}"),
            Action = action,
            Meta = by.Meta.Remove("interval").SetItem("timeout",
                timeout.ToString(CultureInfo.InvariantCulture)),
            TimeoutMs = timeout,
            IntervalMs = 0,
            StartDelayMs = 0,
            ExpectedCode = 0,
            LookMs = demotes ? 0 : stop.LookMs,
            ExtensionMs = demotes ? 0 : stop.ExtensionMs,
        };
    }
}
