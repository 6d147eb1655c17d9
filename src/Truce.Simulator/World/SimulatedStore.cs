using System.Collections.Immutable;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>What is the matter with a disk.</summary>
internal enum DiskTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Each sync takes seconds.</summary>
    Slow,

    /// <summary>Nothing ends any more, for a while.</summary>
    Hanging,

    /// <summary>Writes fail: no space.</summary>
    Full,

    /// <summary>Writes fail: mounted read-only.</summary>
    ReadOnly,

    /// <summary>What is on it isn't what was written: nothing can be read or written any
    /// more, until it is repaired.</summary>
    Damaged,
}

/// <summary>A disk with what is synced on it. It may be replaced by an empty one.</summary>
internal sealed class SimulatedDisk
{
    public SortedDictionary<(StoreTable Table, string Key), byte[]> Records { get; private set; } = [];

    /// <summary>A store was made on it before.</summary>
    public bool IsFormatted { get; set; }

    public DiskTrouble Trouble { get; set; }

    /// <summary>It reports a sync without syncing: what was written is lost at a power cut.</summary>
    public bool LiesAboutSyncs { get; set; }

    /// <summary>It was set aside by an operator: what it held, others may hold.</summary>
    public bool AwaitsSnapshot { get; set; }

    public void Replace() => (Records, IsFormatted, AwaitsSnapshot) = ([], false, false);

    /// <summary>What a store says of it; null: nothing is the matter.</summary>
    public StoreEvent.Failing? Failing => Trouble switch
    {
        DiskTrouble.None or DiskTrouble.Slow or DiskTrouble.Hanging => null,
        DiskTrouble.Full => new(StoreFault.Full, "no space left on device"),
        DiskTrouble.ReadOnly => new(StoreFault.ReadOnly, "read-only file system"),
        DiskTrouble.Damaged => new(StoreFault.Damaged, "database disk image is malformed"),
    };

    public void Apply(ImmutableArray<StoreWrite> writes)
    {
        foreach (StoreWrite write in writes)
        {
            if (write.Value is { } value)
                Records[(write.Table, write.Key)] = value.ToArray();
            else
                Records.Remove((write.Table, write.Key));
        }
    }
}

/// <summary>
/// A store over a disk: requests in order, each all or none. What isn't synced when the process or the power
/// goes may be there afterwards, or not.
/// </summary>
internal sealed class SimulatedStore : IStore
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(200);
    private readonly SimulatedCluster _cluster;
    private readonly RoleProcess _process;
    private readonly SimulatedDisk _disk;
    private readonly bool _lasts;
    private readonly Queue<(long Id, ImmutableArray<StoreWrite> Writes)> _requests = [];
    private StoreEvent.Failing? _told;
    private bool _busy;

    public SimulatedStore(SimulatedCluster cluster, RoleProcess process, SimulatedDisk disk)
    {
        (_cluster, _process, _disk) = (cluster, process, disk);
        _lasts = process.Kind == RoleKind.Controller;
        process.Uses(this);
    }

    public void Write(long requestId, ImmutableArray<StoreWrite> writes)
    {
        _requests.Enqueue((requestId, writes));
        Next();
    }

    /// <summary>Reads everything, once.</summary>
    public void Load() => _cluster.Clock.After(_cluster.Clock.Between(1, 20), () =>
    {
        if (!_process.Alive)
            return;
        if (_disk.Trouble == DiskTrouble.Hanging)
        {
            _cluster.Clock.After(s_again, Load);
            return;
        }

        if (_disk.Failing is { Fault: StoreFault.Damaged } damaged)
        {
            _process.Post(new RoleInput.FromStore(_told = damaged));
            return;
        }

        bool fresh = !_disk.IsFormatted;
        _disk.IsFormatted = true;
        _process.Post(new RoleInput.FromStore(new StoreEvent.Loaded(
            fresh, [.. _disk.Records.Select(r => new StoreRecord(r.Key.Table, r.Key.Key, r.Value))])
        {
            Trouble = _told = _lasts ? _disk.Failing : null,
        }));
        if (_told is not null)
            Next();
    });

    /// <summary>What waits may have reached the disk: some of the first requests, whole.</summary>
    public void ProcessDied()
    {
        while (_requests.Count > 0 && _disk.Trouble is DiskTrouble.None or DiskTrouble.Slow && !_disk.LiesAboutSyncs && _cluster.Clock.Chance(0.5)
            && _requests.TryDequeue(out (long Id, ImmutableArray<StoreWrite> Writes) request))
            _disk.Apply(request.Writes);
        _requests.Clear();
    }

    private void Next()
    {
        if (_busy || (_requests.Count == 0 && _told is null))
            return;
        _busy = true;
        _cluster.Clock.After(
            _disk.Trouble == DiskTrouble.Slow ? _cluster.Clock.Between(300, 3_000) : _cluster.Clock.Between(0.2, 6), Carry);
    }

    // All that wait share one sync.
    private void Carry()
    {
        _busy = false;
        if (!_process.Alive)
            return;
        if (_disk.Trouble == DiskTrouble.Hanging)
        {
            _busy = true;
            _cluster.Clock.After(s_again, Carry);
            return;
        }

        if (_lasts && _disk.Failing is { } trouble)
        {
            Fail(trouble);
            return;
        }

        if (_told is not null)
            _process.Post(new RoleInput.FromStore(new StoreEvent.Recovered()));
        _told = null;
        while (_requests.TryDequeue(out (long Id, ImmutableArray<StoreWrite> Writes) request))
        {
            if (_disk.Failing is { } failing)
            {
                _process.Post(new RoleInput.FromStore(new StoreEvent.Failed(request.Id, failing.Reason)));
                continue;
            }

            if (!_disk.LiesAboutSyncs)
                _disk.Apply(request.Writes);
            _process.Post(new RoleInput.FromStore(new StoreEvent.Synced(request.Id)));
        }
    }

    // What waits goes on waiting; a damaged one says nothing more.
    private void Fail(StoreEvent.Failing failing)
    {
        if (_told != failing)
            _process.Post(new RoleInput.FromStore(_told = failing));
        if (failing.Fault.Stays())
            return;
        _busy = true;
        _cluster.Clock.After(TimeSpan.FromSeconds(1), Carry);
    }
}

/// <summary>Plans a while later.</summary>
internal sealed class SimulatedWorker(SimulatedCluster cluster, RoleProcess process) : IWorker
{
    public void Request(long requestId, Func<CancellationToken, object> work) =>
        cluster.Clock.After(cluster.Clock.Between(1, cluster.PlanningIsSlow ? 4_000 : 50), () =>
        {
            if (process.Alive)
                process.Post(new RoleInput.FromWorker(requestId, work(CancellationToken.None)));
        });
}
