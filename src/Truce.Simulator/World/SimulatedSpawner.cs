using System.Collections.Immutable;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>Runs the world's agents in the place of programs. What was started goes on when its executor dies.</summary>
internal sealed class SimulatedSpawner(SimulatedCluster cluster, SimulatedNode node, RoleProcess process) : ISpawner
{
    private readonly Dictionary<string, OperationSpec> _prepared = [];
    private readonly HashSet<string> _cancelled = [];

    public void Prepare(OperationSpec spec)
    {
        _prepared[spec.OperationId] = spec;
        Tell(0.1, new SpawnerEvent.Prepared(new OperationRecord(spec.OperationId, 1, 1, node.Incarnation, null)));
    }

    public void Proceed(string operationId)
    {
        if (!_prepared.TryGetValue(operationId, out OperationSpec? spec))
            return;
        string boot = node.Incarnation;
        TimeSpan took = cluster.Agents.Duration(spec);
        cluster.Clock.After(took, () =>
        {
            // An agent outlives its executor, but not its node; a cancelled one is killed.
            if (!node.Powered || node.Incarnation != boot || _cancelled.Contains(operationId) || !_prepared.Remove(operationId))
                return;
            (int code, string output) = cluster.Agents.Run(node.Id, spec);
            Tell(0, new SpawnerEvent.Ended(new OperationOutcome(operationId, OperationStatus.Done, code, "", output, took)));
        });
    }

    public void Cancel(string operationId)
    {
        if (!_prepared.Remove(operationId))
            return;
        _cancelled.Add(operationId);
        Tell(0.1, new SpawnerEvent.Ended(
            new OperationOutcome(operationId, OperationStatus.Cancelled, 0, "", "", TimeSpan.Zero)));
    }

    public void Sweep(ImmutableArray<OperationRecord> records)
    {
        // Agents of the earlier executor that haven't ended are killed before their effect.
        foreach (OperationRecord record in records)
            cluster.Agents.Sweep(record.OperationId);
        Tell(1, new SpawnerEvent.Swept([.. records.Select(r => r.OperationId)], []));
    }

    private void Tell(double afterMs, SpawnerEvent happened) =>
        cluster.Clock.After(TimeSpan.FromMilliseconds(afterMs), () =>
        {
            if (process.Alive)
                process.Post(new RoleInput.FromSpawner(happened));
        });
}
