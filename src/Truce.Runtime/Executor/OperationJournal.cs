using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;
using OperationRecord = Truce.Ports.OperationRecord;

namespace Truce.Runtime.Executor;

/// <summary>What is written before an agent's first instruction, and removed when nothing of it runs any more.</summary>
/// <param name="Incarnation">The boot of the node that it belongs to.</param>
/// <param name="CallId">Its call id.</param>
/// <param name="Record">How to find its processes.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="BeganAtUnix">When, by the wall clock.</param>
internal sealed record JournalEntry(
    string Incarnation, int CallId, OperationRecord Record, OperationOrder Order, double BeganAtUnix);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;

/// <summary>
/// The executor's records in its store. They hold for one boot only: what was recorded under another incarnation is
/// dropped. Call ids rise over the executor's lives within a boot, as the scheduler takes the highest for the
/// latest; they are reserved in blocks, so that not every operation writes twice.
/// </summary>
internal sealed class OperationJournal(IStore store, string incarnation)
{
    private const int Block = 10_000;
    private const string CallIdKey = "call-id";

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

    /// <summary>Records a run; <see cref="Answered"/> tells when it is safe to let it run.</summary>
    public void Begin(HeldOperation operation, OperationRecord record)
    {
        JournalEntry entry = new(
            incarnation, operation.CallId, record, operation.Order, ResultReport.Unix(operation.BeganAtWall));
        _runsByRequest.Add(++_request, operation.RunId);
        byte[] value = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        store.Write(_request, [new StoreWrite(StoreTable.Operations, operation.RunId, value)]);
    }

    /// <summary>Nothing of that run is left.</summary>
    public void End(string runId) => store.Write(++_request, [new StoreWrite(StoreTable.Operations, runId, null)]);

    /// <summary>The run whose record that request wrote; null: the request was about something else.</summary>
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
