using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Ports;
using SpawnedOperation = Truce.Ports.SpawnedOperation;

namespace Truce.Runtime.Executor;

/// <summary>What is written before an agent's first instruction, and removed when
/// nothing of it runs any more.</summary>
/// <param name="Incarnation">The boot of the node that it belongs to.</param>
/// <param name="CallId">Its call id.</param>
/// <param name="Record">How to find its processes.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="BeganAtUnix">When, by the wall clock.</param>
internal sealed record JournalEntry(
    string Incarnation, int CallId, SpawnedOperation Record, OperationOrder Order, double BeganAtUnix);

/// <summary>A start that nothing has stopped since.</summary>
/// <param name="Incarnation">The boot of the node that it belongs to.</param>
/// <param name="Order">As it was ordered: what runs is stopped by this agent and these parameters.</param>
/// <param name="CallId">Of the start: a later one has a greater number.</param>
internal sealed record JournalStart(string Incarnation, OperationOrder Order, int CallId = 0);

/// <summary>What isn't managed.</summary>
/// <param name="Incarnation">The boot of the node that it belongs to.</param>
/// <param name="Resources">Their ids.</param>
internal sealed record JournalLeftAlone(string Incarnation, ImmutableArray<string> Resources);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JournalStart))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(JournalLeftAlone))]
internal sealed partial class JournalJson : JsonSerializerContext;

/// <summary>
/// The executor's records in its store. They hold for one boot only: what was recorded under another
/// incarnation is dropped. Call ids rise over the executor's lives within a boot, as the scheduler takes the
/// highest for the latest; they are reserved in blocks, so that not every operation writes twice.
/// </summary>
internal sealed class OperationJournal(IStore store, string incarnation)
{
    private const int Block = 10_000;
    private const string CallIdKey = "call-id";
    private const string LeftAloneKey = "left-alone";
    private const string StartedPrefix = "started/";

    private readonly SortedDictionary<string, JournalStart> _started = new(StringComparer.Ordinal);

    private readonly Dictionary<long, string> _runsByRequest = [];
    private long _request;
    private int _callId;
    private int _reserved;

    /// <summary>Reads what an earlier life left, and returns what it had not finished in this boot.</summary>
    public ImmutableArray<JournalEntry> Load(ImmutableArray<StoreRecord> records)
    {
        List<JournalEntry> unfinished = [];
        List<StoreWrite> stale = [];
        foreach (StoreRecord record in records)
        {
            if (record.Table == StoreTable.Identity && record.Key == CallIdKey)
                LoadCallId(record);
            if (record.Table == StoreTable.Identity && record.Key == LeftAloneKey)
                LoadLeftAlone(record);
            if (record.Table == StoreTable.Identity && record.Key.StartsWith(StartedPrefix, StringComparison.Ordinal) && !LoadStart(record))
                stale.Add(new StoreWrite(StoreTable.Identity, record.Key, null));
            if (record.Table != StoreTable.Operations)
                continue;
            if (Read(record) is { } entry && entry.Incarnation == incarnation)
                unfinished.Add(entry);
            else
                stale.Add(new StoreWrite(StoreTable.Operations, record.Key, null));
        }

        if (stale.Count > 0)
            store.Write(++_request, [.. stale]);
        return [.. unfinished.OrderBy(e => e.CallId)];
    }

    public int NextCallId()
    {
        if (++_callId > _reserved - (Block / 10))
            Reserve();
        return _callId;
    }

    /// <summary>Records a run; <see cref="Answered"/> says when it is safe to let it run.</summary>
    public void Begin(HeldOperation operation, SpawnedOperation record)
    {
        JournalEntry entry = new(
            incarnation, operation.CallId, record, operation.Order, ResultReport.Unix(operation.BeganAtWall));
        _runsByRequest.Add(++_request, operation.RunId);
        byte[] value = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        store.Write(_request, [new StoreWrite(StoreTable.Operations, operation.RunId, value)]);
    }

    /// <summary>What this boot has started, as far as anyone knows, and not stopped.</summary>
    public ImmutableArray<OperationOrder> Started => [.. _started.Values.Select(s => s.Order)];

    /// <summary>The same, what was started last first.</summary>
    public ImmutableArray<OperationOrder> StartedLastFirst =>
        [.. _started.Values.OrderByDescending(s => s.CallId).Select(s => s.Order)];

    /// <summary>What isn't managed, as last told; an executor that restarts while there is no controller
    /// must know.</summary>
    public ImmutableArray<string> LeftAlone { get; private set; } = [];

    /// <summary>Keeps what isn't managed.</summary>
    public void LeaveAlone(ImmutableArray<string> resources)
    {
        if (LeftAlone.SequenceEqual(resources))
            return;
        LeftAlone = resources;
        byte[] value = JsonSerializer.SerializeToUtf8Bytes(
            new JournalLeftAlone(incarnation, resources), JournalJson.Default.JournalLeftAlone);
        store.Write(++_request, [new StoreWrite(StoreTable.Identity, LeftAloneKey, value)]);
    }

    /// <summary>An operation ended, or was interrupted: records what may now be running because
    /// of it. Written before its own record is removed, so that a death in between leaves two
    /// records rather than none.</summary>
    public void Note(OperationOrder order, int callId, int status, int code)
    {
        if (order.IntervalMs > 0)
            return;
        bool ran = CannotRun.Judge(status, code) == AgentAnswer.Ran;
        bool done = status == (int)ExecutionStatus.Done && code == (int)AgentExitCode.Ok;
        switch (order.Action)
        {
            case OperationNames.Start or OperationNames.MigrateFrom when ran:
            case OperationNames.ReloadAgent when done:
                JournalStart start = _started[order.Resource] = new JournalStart(incarnation, order, callId);
                byte[] value = JsonSerializer.SerializeToUtf8Bytes(start, JournalJson.Default.JournalStart);
                store.Write(++_request, [new StoreWrite(StoreTable.Identity, StartedPrefix + order.Resource, value)]);
                break;
            case OperationNames.Stop when done && _started.Remove(order.Resource):
            case OperationNames.Monitor when FoundNothing(order, status, code)
                && _started.Remove(order.Resource):
                store.Write(++_request, [new StoreWrite(StoreTable.Identity, StartedPrefix + order.Resource, null)]);
                break;
        }
    }

    /// <summary>Nothing of that run is left.</summary>
    public void End(string runId) => store.Write(++_request, [new StoreWrite(StoreTable.Operations, runId, null)]);

    /// <summary>The run whose record that request wrote; null: the request
    /// was about something else.</summary>
    public string? Answered(long request) => _runsByRequest.Remove(request, out string? run) ? run : null;

    private static JournalEntry? Read(StoreRecord record)
    {
        try
        {
            return JsonSerializer.Deserialize(record.Value.Span, JournalJson.Default.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Another agent than the one that started it doesn't know.
    private bool FoundNothing(OperationOrder order, int status, int code) =>
        status == (int)ExecutionStatus.Done && code == (int)AgentExitCode.NotRunning
        && _started.TryGetValue(order.Resource, out JournalStart? start)
        && (start.Order.Class, start.Order.Provider, start.Order.Type) == (order.Class, order.Provider,
            order.Type);

    private bool LoadStart(StoreRecord record)
    {
        try
        {
            if (JsonSerializer.Deserialize(record.Value.Span, JournalJson.Default.JournalStart) is not { } start
                || start.Incarnation != incarnation)
            {
                return false;
            }

            _started[start.Order.Resource] = start;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void LoadLeftAlone(StoreRecord record)
    {
        try
        {
            JournalLeftAlone? left = JsonSerializer.Deserialize(
                record.Value.Span, JournalJson.Default.JournalLeftAlone);
            if (left is not null && left.Incarnation == incarnation)
                LeftAlone = left.Resources;
        }
        catch (JsonException)
        {
            // Of another version: the next controller tells it anew.
        }
    }

    private void LoadCallId(StoreRecord record)
    {
        string[] parts = System.Text.Encoding.UTF8.GetString(record.Value.Span).Split(' ');
        if (parts.Length == 2 && parts[0] == incarnation)
            _callId = _reserved = int.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    private void Reserve()
    {
        _reserved = Math.Max(_reserved, _callId) + Block;
        byte[] value = System.Text.Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{incarnation} {_reserved}"));
        store.Write(++_request, [new StoreWrite(StoreTable.Identity, CallIdKey, value)]);
    }
}
