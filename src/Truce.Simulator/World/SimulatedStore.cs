using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>A disk: what isn't synced when the process dies may be lost.</summary>
internal sealed class SimulatedStore(
    SimulatedCluster cluster, RoleProcess process, Dictionary<(StoreTable, string), byte[]> disk) : IStore
{
    public void Write(long requestId, ImmutableArray<StoreWrite> writes) =>
        cluster.Clock.After(cluster.Clock.Between(0.2, 6), () =>
        {
            if (!process.Alive)
                return;
            foreach (StoreWrite write in writes)
            {
                if (write.Value is { } value)
                    disk[(write.Table, write.Key)] = value.ToArray();
                else
                    disk.Remove((write.Table, write.Key));
            }

            process.Post(new RoleInput.FromStore(new StoreEvent.Synced(requestId)));
        });

    public static void Load(
        SimulatedCluster cluster, RoleProcess process, Dictionary<(StoreTable, string), byte[]> disk)
    {
        bool fresh = disk.Count == 0;
        ImmutableArray<StoreRecord> records = [.. disk.Select(d => new StoreRecord(d.Key.Item1, d.Key.Item2, d.Value))];
        cluster.Clock.After(cluster.Clock.Between(1, 20), () =>
        {
            if (process.Alive)
                process.Post(new RoleInput.FromStore(new StoreEvent.Loaded(fresh, records)));
        });
    }
}

/// <summary>Plans a while later.</summary>
internal sealed class SimulatedWorker(SimulatedCluster cluster, RoleProcess process) : IWorker
{
    public void Request(long requestId, Func<object> work) =>
        cluster.Clock.After(cluster.Clock.Between(1, 50), () =>
        {
            if (process.Alive)
                process.Post(new RoleInput.FromWorker(requestId, work()));
        });
}
