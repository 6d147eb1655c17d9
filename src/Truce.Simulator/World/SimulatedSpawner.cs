using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;
using SpawnedOperation = Truce.Ports.SpawnedOperation;

namespace Truce.Simulator.World;

/// <summary>One run of an agent: a process of the node's, whoever started it.</summary>
internal sealed class AgentRun(OperationSpec spec)
{
    public OperationSpec Spec => spec;

    public bool IsRunning { get; set; }

    /// <summary>It can't be killed: it waits for a disk in the kernel.</summary>
    public bool IsStuck { get; set; }

    /// <summary>What it does has taken effect.</summary>
    public bool HasActed { get; set; }

    /// <summary>When it acted, the service wasn't there.</summary>
    public bool FoundNothing { get; set; }
}

/// <summary>
/// Runs the world's agents in the place of programs. An agent outlives its executor, but not its node; what
/// is killed may have taken effect before.
/// </summary>
internal sealed class SimulatedSpawner(SimulatedCluster cluster, SimulatedNode node, RoleProcess process) : ISpawner
{
    private readonly Dictionary<string, AgentRun> _prepared = [];

    public void Prepare(OperationSpec spec)
    {
        if (cluster.Agents.CannotRun(node.Id, spec) is { } outcome)
        {
            Tell(0.3, new SpawnerEvent.Ended(outcome));
            return;
        }

        _prepared[spec.OperationId] = new AgentRun(spec);
        Tell(0.1,
            new SpawnerEvent.Prepared(new SpawnedOperation(spec.OperationId, 1, 1, node.Incarnation, null)));
    }

    public void Proceed(string operationId)
    {
        if (!_prepared.Remove(operationId, out AgentRun? run))
            return;
        run.IsRunning = true;
        node.Agents[operationId] = run;
        Behaviour behaviour = cluster.Agents.Begin(node, run);
        // Once asked, a fence device acts by itself: the end of whoever asked may come too late.
        if (run.Spec.Kind == AgentKind.Fence)
            cluster.Clock.After(behaviour.ActsAfter, () => Act(run, behaviour, run.IsRunning || cluster.Clock.Chance(0.5)));
        else
            node.Later(behaviour.ActsAfter, () => Act(run, behaviour, run.IsRunning));
        TimeSpan limit = cluster.Agents.MakesProgress(node.Id, run.Spec)
            ? run.Spec.Timeout + run.Spec.Extension
            : run.Spec.Timeout;
        if (behaviour.EndsAfter is { } ends && ends < limit)
            node.Later(ends, () => End(run, OperationStatus.Done, behaviour, ends));
        else
            node.Later(limit, () => TimeOut(run, behaviour));
    }

    public void Cancel(string operationId)
    {
        if (_prepared.Remove(operationId))
            Tell(0.1, new SpawnerEvent.Ended(Outcome(operationId, OperationStatus.Cancelled)));
        else if (node.Agents.TryGetValue(operationId, out AgentRun? run) && !run.IsStuck)
            Stop(run, OperationStatus.Cancelled);
    }

    public void Sweep(ImmutableArray<SpawnedOperation> records)
    {
        List<string> gone = [];
        List<string> left = [];
        foreach (SpawnedOperation record in records)
        {
            bool stuck = node.Agents.TryGetValue(record.OperationId, out AgentRun? run) && run.IsStuck;
            (stuck ? left : gone).Add(record.OperationId);
            if (run is not null && !stuck)
                Kill(run);
        }

        Tell(1, new SpawnerEvent.Swept([.. gone], [.. left]));
    }

    private void Act(AgentRun run, Behaviour behaviour, bool reaches)
    {
        if (!reaches || run.HasActed)
            return;
        run.HasActed = true;
        cluster.Agents.Act(node, run, behaviour);
    }

    private void End(AgentRun run, OperationStatus status, Behaviour behaviour, TimeSpan took)
    {
        if (!run.IsRunning)
            return;
        Act(run, behaviour, reaches: true);
        run.IsRunning = false;
        node.Agents.Remove(run.Spec.OperationId);
        (int code, string output) = cluster.Agents.Result(node, run, behaviour);
        cluster.Ledger.Tell(new WorldEvent.AgentEnded(node.Id, node.Incarnation, run.Spec, status, code));
        Tell(0, new SpawnerEvent.Ended(
            new OperationOutcome(run.Spec.OperationId, status, code, "", output, took) { Remaining = 0 }));
    }

    private void TimeOut(AgentRun run, Behaviour behaviour)
    {
        if (!run.IsRunning)
            return;
        if (behaviour.IsUnkillable)
        {
            run.IsStuck = true;
            node.Later(TimeSpan.FromSeconds(20), () =>
            {
                run.IsStuck = false;
                Stop(run, OperationStatus.TimedOut);
            });
            return;
        }

        Stop(run, OperationStatus.TimedOut);
    }

    private void Stop(AgentRun run, OperationStatus status)
    {
        if (!run.IsRunning)
            return;
        Kill(run);
        Tell(0.1, new SpawnerEvent.Ended(Outcome(run.Spec.OperationId, status)));
    }

    // Nothing of it is left: what an unfinished start had started, ends with it.
    private void Kill(AgentRun run)
    {
        run.IsRunning = false;
        node.Agents.Remove(run.Spec.OperationId);
        cluster.Agents.Killed(node, run);
        cluster.Ledger.Tell(new WorldEvent.AgentEnded(node.Id, node.Incarnation, run.Spec, OperationStatus.Cancelled, 1));
    }

    private static OperationOutcome Outcome(string operationId, OperationStatus status) =>
        new(operationId, status, 1, "", "", TimeSpan.Zero);

    private void Tell(double afterMs, SpawnerEvent happened) =>
        node.Later(TimeSpan.FromMilliseconds(afterMs), () =>
        {
            if (process.Alive)
                process.Post(new RoleInput.FromSpawner(happened));
        });
}

/// <summary>What a run of an agent will do.</summary>
/// <param name="ActsAfter">When it takes effect.</param>
/// <param name="EndsAfter">When it ends by itself; null: never.</param>
/// <param name="Fails">It takes no effect, and says so.</param>
/// <param name="ActsAnyway">It fails, and takes effect nevertheless (a start that
/// leaves its daemon behind).</param>
/// <param name="Lies">It says what isn't so.</param>
/// <param name="IsUnkillable">Its timeout doesn't end it at once.</param>
internal sealed record Behaviour(
    TimeSpan ActsAfter, TimeSpan? EndsAfter, bool Fails, bool ActsAnyway, bool Lies, bool IsUnkillable);
