using System.Collections.Immutable;
using Truce.Model.Replication;

namespace Truce.Ports;

/// <summary>The kinds of record that last. Keys are compared by ordinal.</summary>
public enum StoreTable
{
    /// <summary>Cluster id, lineage, index, feature level: one record each.</summary>
    Identity,

    /// <summary>Configuration versions, keyed by index (zero-padded).</summary>
    Configuration,

    /// <summary>Fence intents and results, keyed by fence id.</summary>
    Fencing,

    /// <summary>Quarantines, holds and bans, keyed by their own ids.</summary>
    Holds,

    /// <summary>Tickets, keyed by name.</summary>
    Tickets,

    /// <summary>What happened, keyed by index.</summary>
    Events,

    /// <summary>Inputs of past decisions for replay, keyed by index.</summary>
    Decisions,

    /// <summary>Operations that were begun on this node, keyed by operation
    /// id: recorded before exec.</summary>
    Operations,

    /// <summary>Paths of fencing that worked or failed, keyed by shooter, device and target.</summary>
    FencePaths,

    /// <summary>How long operations and recoveries took, keyed by resource and what was measured.</summary>
    Measured,
}

/// <summary>Puts a record, or removes it where <paramref name="Value"/> is null.</summary>
public sealed record StoreWrite(StoreTable Table, string Key, ReadOnlyMemory<byte>? Value);

/// <summary>A record as read.</summary>
public sealed record StoreRecord(StoreTable Table, string Key, ReadOnlyMemory<byte> Value);

/// <summary>The store's events.</summary>
public abstract record StoreEvent
{
    private StoreEvent() { }

    /// <summary>All records, once after the start. <paramref name="Fresh"/>: the
    /// store was created just now.</summary>
    public sealed record Loaded(bool Fresh, ImmutableArray<StoreRecord> Records) : StoreEvent
    {
        /// <summary>It reads well and can't be written; null: it can.</summary>
        public Failing? Trouble { get; init; }
    }

    /// <summary>The writes of that request are synced to disk; they came all or none.</summary>
    public sealed record Synced(long RequestId) : StoreEvent;

    /// <summary>A store that lasts only as long as its process can't be read (request 0) or written: that
    /// request is given up, and nothing of it was kept.</summary>
    public sealed record Failed(long RequestId, string Reason) : StoreEvent;

    /// <summary>A store on disk can't be read or written. Requests wait in their order: nothing of them is
    /// synced, and nothing is given up. Told again when the reason changes.</summary>
    public sealed record Failing(StoreFault Fault, string Reason) : StoreEvent;

    /// <summary>It works again; waiting requests are reported as <see cref="Synced"/>.</summary>
    public sealed record Recovered : StoreEvent;
}

/// <summary>
/// What must last. Requests are carried out in order on a thread of its own; several may share one sync.
/// </summary>
public interface IStore
{
    /// <summary>Writes all or none and syncs; answered by <see cref="StoreEvent.Synced"/>, however late, or
    /// <see cref="StoreEvent.Failed"/>.</summary>
    void Write(long requestId, ImmutableArray<StoreWrite> writes);
}
