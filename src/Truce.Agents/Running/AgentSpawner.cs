using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Ports;
using ParameterTraits = Truce.Model.ParameterTraits;

namespace Truce.Agents.Running;

/// <summary>
/// The spawner of the executor and the fencer: <see cref="ISpawner"/> over <see cref="AgentRunner"/>. An
/// operation that takes several processes (a unit of systemd, a fence agent's retries) has them all in one
/// cgroup, marked by one cookie; its record names the first, and finds them all.
/// </summary>
public sealed class AgentSpawner : ISpawner, IDisposable
{
    private readonly ProcessSpawner _spawner;
    private readonly AgentRunner _runner;
    private readonly TraitsOfParameters _traits;
    private readonly Action<SpawnerEvent> _sink;
    private readonly ConcurrentDictionary<string, Operation> _operations = new(StringComparer.Ordinal);

    /// <summary>Takes over <paramref name="spawner"/>.</summary>
    /// <param name="spawner">Runs the processes.</param>
    /// <param name="settings">Where agents are.</param>
    /// <param name="sink">Takes what happens, from any thread; must not block.</param>
    public AgentSpawner(ProcessSpawner spawner, AgentSettings settings, Action<SpawnerEvent> sink)
    {
        _spawner = spawner;
        _runner = new AgentRunner(spawner, settings);
        _traits = new TraitsOfParameters(spawner, settings);
        _sink = sink;
    }

    /// <inheritdoc/>
    public void Prepare(OperationSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Operation operation = new();
        if (!_operations.TryAdd(spec.OperationId, operation))
        {
            _sink(new SpawnerEvent.Ended(Outcomes.NotRun(
                spec, OperationStatus.Error, OcfCode.Generic, $"operation {spec.OperationId} is already running")));
            return;
        }

        _ = RunAsync(spec, operation);
    }

    /// <inheritdoc/>
    public void Proceed(string operationId)
    {
        if (_operations.TryGetValue(operationId, out Operation? operation))
            operation.Proceed.TrySetResult();
    }

    /// <inheritdoc/>
    public void Cancel(string operationId)
    {
        if (_operations.TryGetValue(operationId, out Operation? operation))
            operation.Cancellation.Cancel();
    }

    /// <inheritdoc/>
    public void Sweep(ImmutableArray<SpawnedOperation> records) => _ = Task.Run(async () =>
    {
        ImmutableSortedDictionary<string, ImmutableArray<int>> left =
            await _spawner.SweepOrphansAsync(records, CancellationToken.None).ConfigureAwait(false);
        _sink(new SpawnerEvent.Swept(
            [.. left.Where(l => l.Value.IsEmpty).Select(l => l.Key)],
            [.. left.Where(l => !l.Value.IsEmpty).Select(l => l.Key)]));
    });

    /// <inheritdoc/>
    public void Dispose() => _spawner.Dispose();

    private async Task RunAsync(OperationSpec spec, Operation operation)
    {
        OperationOutcome outcome;
        try
        {
            Task<ParameterTraits?> traits = _traits.Begin(spec);
            outcome = await _runner.RunAsync(
                spec, record => PrepareAsync(record, operation), operation.Cancellation.Token).ConfigureAwait(false);
            outcome = outcome with { Traits = await TraitsOfParameters.EndAsync(traits).ConfigureAwait(false) };
        }
#pragma warning disable CA1031 // This is the top of the operation: without an end it would be waited for, forever.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome = Outcomes.NotRun(spec, OperationStatus.Error, OcfCode.Generic, $"a bug in Truce: {e}");
        }

        _operations.TryRemove(spec.OperationId, out _);
        _sink(new SpawnerEvent.Ended(outcome));
    }

    /// <summary>Only the first process of an operation is announced.</summary>
    private Task PrepareAsync(SpawnedOperation record, Operation operation)
    {
        if (Interlocked.Exchange(ref operation.Announced, 1) == 0)
            _sink(new SpawnerEvent.Prepared(record));
        return operation.Proceed.Task;
    }

    private sealed class Operation
    {
        public int Announced;

        public CancellationTokenSource Cancellation { get; } = new();

        /// <summary>What waits for it only posts to the processes' loop.</summary>
        public TaskCompletionSource Proceed { get; } = new();
    }
}
