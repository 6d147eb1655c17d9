using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Control;

/// <summary>
/// What must last: a configuration is written when it is delivered and acknowledged once it is synced, so that
/// whatever is committed is on the disks of a quorum (promise S5). Everything else is written when it is committed,
/// and holds up nobody.
/// </summary>
internal sealed class DurableLog
{
    // While the disk fails; what is dropped is told by the others, and by the next configuration.
    private const int UnwrittenMax = 4_000;
    private const int EventsKept = 2_000;
    private const int ConfigurationsKept = ReplicatedState.VersionsMax;

    private readonly SortedDictionary<long, long> _awaited = [];
    private readonly List<StoredItem> _unwritten = [];
    private readonly Queue<Standing> _places = [];
    private long _requests;

    /// <summary>How far everything that must be synced is synced.</summary>
    public long HeldUpTo(long last) => _awaited.Count == 0 ? last : _awaited.Values.Min() - 1;

    /// <summary>The disk was read: what it holds is counted among what is kept.</summary>
    public void Loaded(StoredFacts facts)
    {
        foreach (ConfigurationVersion version in facts.Earlier.Reverse())
            _places.Enqueue(version.Place);
        if (facts.Configuration is { } newest)
            _places.Enqueue(newest.Place);
    }

    /// <summary>A request is synced.</summary>
    public void Synced(long request)
    {
        // What was never written would be acknowledged, and lost with the next power cut (promise S5).
        InvariantException.Require(request <= _requests, $"write {request} is synced, of {_requests}");
        _awaited.Remove(request);
    }

    /// <summary>Whether the disk takes nothing.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>The disk takes nothing: what holds up nobody waits here, the oldest events being given up.</summary>
    public void Fails() => IsFailing = true;

    /// <summary>The disk takes writes again.</summary>
    public void Works() => IsFailing = false;

    /// <summary>An entry was delivered.</summary>
    public void Delivered(Replica replica, LogEntry entry, StepWork work)
    {
        ImmutableArray<StoredItem> items = ItemsToLast(replica, entry);
        if (items.Length == 0)
            return;
        work.Emit(new ControlOutput.Pause(PausePoint.BeforeStoreSyncAck));
        Write(items, replica.Last, work);
    }

    /// <summary>An entry was committed.</summary>
    public void Committed(AppliedEntry applied, bool isBase)
    {
        if (!isBase)
            return;
        if (applied.After.Fences != applied.Before.Fences)
        {
            _unwritten.AddRange(applied.After.Fences
                .Where(f => !f.IsOpen && !applied.Before.Fences.Contains(f))
                .Select(f => new StoredItem.Fence(f)));
        }

        foreach (FenceIntent refused in applied.Entry.Submission.Commands.OfType<Command.FenceAsked>()
            .Select(c => c.Intent)
            .Where(i => i.IsContended && !applied.After.Fences.Any(f => f.Intent.Id == i.Id)))
            _unwritten.Add(new StoredItem.NoFence(refused.Id));
        KeepEvents(applied.Before, applied.After);
        KeepPaths(applied.Before, applied.After);
        if (!ReferenceEquals(applied.Before.Measured, applied.After.Measured))
            _unwritten.AddRange(MeasuredChanges.Of(applied));
        SettleConfiguration(applied);
        if (IsFailing && _unwritten.Count > UnwrittenMax)
            _unwritten.RemoveRange(0, _unwritten.Count - UnwrittenMax);
    }

    // New ones are the last: thousands of earlier ones aren't looked through with each entry.
    private void KeepEvents(ReplicatedState before, ReplicatedState after)
    {
        int first = after.Events.Length;
        while (first > 0 && after.Events[first - 1].Index > before.LastEvent)
            first--;
        foreach (EventState happened in after.Events.AsSpan()[first..])
        {
            _unwritten.Add(new StoredItem.Happening(happened));
            if (happened.Index > EventsKept)
                _unwritten.Add(new StoredItem.NoHappening(happened.Index - EventsKept));
        }
    }

    private void KeepPaths(ReplicatedState before, ReplicatedState after)
    {
        if (ReferenceEquals(before.FencePaths, after.FencePaths))
            return;
        _unwritten.AddRange(after.FencePaths.Values
            .Where(p => before.FencePaths.GetValueOrDefault((p.From, p.Device, p.Target)) != p)
            .Select(p => new StoredItem.Path(p)));
        _unwritten.AddRange(before.FencePaths.Keys.Where(k => !after.FencePaths.ContainsKey(k))
            .Select(k => new StoredItem.NoPath(k.From, k.Device, k.Target)));
    }

    /// <summary>Writes what was committed, without holding up acknowledgements.</summary>
    public void Flush(StepWork work)
    {
        if (_unwritten.Count == 0 || IsFailing)
            return;
        work.Emit(new ControlOutput.Persist(++_requests, [.. _unwritten]));
        _unwritten.Clear();
    }

    /// <summary>Another member's state takes the place of this node's: the disk follows, before anything is
    /// acknowledged.</summary>
    public void Replace(Replica replica, StepWork work)
    {
        ReplicatedState state = replica.Committed;
        List<StoredItem> items = [Identity(state)];
        // Earlier versions of the cluster's own history stay; what isn't in it was never committed.
        ImmutableHashSet<Standing> known = [.. state.Versions.Prepend(state.Configuration).Select(v => v.Place)];
        Standing[] kept = [.. _places.Where(known.Contains).Distinct()];
        items.AddRange(_places.Where(p => !known.Contains(p)).Select(p => new StoredItem.NoConfiguration(p)));
        _places.Clear();
        foreach (Standing place in kept.Append(state.Configuration.Place).Distinct())
            _places.Enqueue(place);
        if (state.Configuration.Version > 0)
            items.Add(Configuration(state));
        items.AddRange(state.Fences.Where(f => !f.IsOpen).Select(f => new StoredItem.Fence(f)));
        items.AddRange(state.FencePaths.Values.Select(p => new StoredItem.Path(p)));
        items.AddRange(state.Measured.Values.Select(m => new StoredItem.Measure(m)));
        foreach (LogEntry entry in replica.Tail)
            items.AddRange(ItemsToLast(replica, entry));
        _awaited.Clear();
        Write([.. items], 1, work);
    }

    /// <summary>The identity as stored.</summary>
    public static StoredItem Identity(ReplicatedState state) =>
        new StoredItem.Identity(state.Cluster, state.Lineage, state.FeatureLevel);

    private void Write(ImmutableArray<StoredItem> items, long index, StepWork work)
    {
        long request = ++_requests;
        _awaited[request] = index;
        work.Emit(new ControlOutput.Persist(request, items));
    }

    private ImmutableArray<StoredItem> ItemsToLast(Replica replica, LogEntry entry)
    {
        ImmutableArray<StoredItem>.Builder items = ImmutableArray.CreateBuilder<StoredItem>();
        foreach (Command command in entry.Submission.Commands)
        {
            if (command is Command.ChangeConfiguration change && Prediction.Version(replica, change) is { } version)
            {
                Standing place = new(entry.Epoch, replica.Last);
                items.Add(Identity(replica.Committed));
                items.Add(new StoredItem.Configuration(
                    new ConfigurationVersion(version, place, entry.Submission.At, change.By, change.Comment), change.Xml));
                _places.Enqueue(place);
            }
            else if (command is Command.Formed { Quorate: true })
            {
                items.Add(Identity(replica.Committed));
            }
            else if (command is Command.FenceAsked { Intent.IsContended: true } asked)
            {
                items.Add(new StoredItem.Fence(Contended(replica, entry, asked.Intent)));
            }
            else if (command is Command.FenceEnded { Succeeded: true } ended
                && replica.Committed.Fences.FirstOrDefault(f => f.Intent.Id == ended.FenceId) is { } fence)
            {
                items.Add(new StoredItem.Fence(fence with
                {
                    Stage = FenceStage.Done,
                    End = entry.Submission.At,
                    Device = ended.Device,
                    Proof = ended.Proof,
                }));
            }
        }

        return items.ToImmutable();
    }

    // Whoever survives, or comes back, can tell what both sides wanted.
    private static FenceState Contended(Replica replica, LogEntry entry, FenceIntent intent) => new()
    {
        Intent = intent with { Allowed = [] },
        Stage = FenceStage.Asked,
        Epoch = replica.Committed.FenceEpoch + 1,
        Index = replica.Last,
        Begin = entry.Submission.At,
        OrderedBy = entry.Submission.Node,
    };

    private void SettleConfiguration(AppliedEntry applied)
    {
        if (!applied.Entry.Submission.Commands.Any(c => c is Command.ChangeConfiguration))
            return;
        Standing place = new(applied.Entry.Epoch, applied.Index);
        if (applied.After.Configuration.Place == place)
            _unwritten.Add(Configuration(applied.After));
        else
            _unwritten.Add(new StoredItem.NoConfiguration(place));
        while (_places.Count > ConfigurationsKept)
            _unwritten.Add(new StoredItem.NoConfiguration(_places.Dequeue()));
    }

    private static StoredItem.Configuration Configuration(ReplicatedState state) => new(
        state.Configuration,
        CibWriter.Write(state.Cib with { Status = ClusterStatus.Empty }));
}

/// <summary>What a change of the configuration will come to, once it is committed.</summary>
internal static class Prediction
{
    /// <summary>The version that the change will make; null: it will be refused.</summary>
    public static long? Version(Replica replica, Command.ChangeConfiguration change)
    {
        long version = replica.Committed.Configuration.Version;
        foreach (LogEntry entry in replica.Tail)
        {
            foreach (Command command in entry.Submission.Commands)
            {
                if (command is not Command.ChangeConfiguration earlier)
                    continue;
                bool accepted = earlier.ExpectedVersion is null || earlier.ExpectedVersion == version;
                if (ReferenceEquals(earlier, change))
                    return accepted ? version + 1 : null;
                version += accepted ? 1 : 0;
            }
        }

        return null;
    }
}
