using System.Collections.Concurrent;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;

namespace Truce.Agents.Tests;

/// <summary>The port, as the executor uses it.</summary>
public sealed class AgentSpawnerTests : IDisposable
{
    private readonly BlockingCollection<SpawnerEvent> _events = [];
    private readonly AgentSpawner _spawner;

    public AgentSpawnerTests() => _spawner = new AgentSpawner(
        Fixture.Spawner(File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly),
        Fixture.Settings, _events.Add);

    public void Dispose()
    {
        _spawner.Dispose();
        _events.Dispose();
    }

    [Fact]
    public void An_operation_is_prepared_let_run_and_ends()
    {
        OperationSpec operation = Fixture.Operation("code", "monitor", ("code", "7"));
        _spawner.Prepare(operation);
        Assert.Equal(operation.OperationId, Assert.IsType<SpawnerEvent.Prepared>(Next()).Record.OperationId);
        Assert.False(_events.TryTake(out _, 50, TestContext.Current.CancellationToken));
        _spawner.Proceed(operation.OperationId);
        Assert.Equal(7, Assert.IsType<SpawnerEvent.Ended>(Next()).Outcome.ReturnCode);
    }

    [Fact]
    public void An_operation_that_waits_to_be_let_run_can_be_cancelled()
    {
        OperationSpec operation = Fixture.Operation("code", "monitor", ("code", "7"));
        _spawner.Prepare(operation);
        Assert.IsType<SpawnerEvent.Prepared>(Next());
        _spawner.Cancel(operation.OperationId);
        Assert.Equal(OperationStatus.Cancelled, Assert.IsType<SpawnerEvent.Ended>(Next()).Outcome.Status);
    }

    [Fact]
    public void What_cannot_be_started_ends_at_once()
    {
        _spawner.Prepare(Fixture.Operation("absent", "monitor"));
        Assert.Equal(OperationStatus.NotInstalled, Assert.IsType<SpawnerEvent.Ended>(Next()).Outcome.Status);
    }

    [Fact]
    public void The_same_operation_does_not_run_twice()
    {
        OperationSpec operation = Fixture.Operation("code", "monitor", ("code", "7"));
        _spawner.Prepare(operation);
        Assert.IsType<SpawnerEvent.Prepared>(Next());
        _spawner.Prepare(operation);
        Assert.EndsWith("is already running", Assert.IsType<SpawnerEvent.Ended>(Next()).Outcome.ExitReason, StringComparison.Ordinal);
        _spawner.Proceed(operation.OperationId);
        Assert.Equal(7, Assert.IsType<SpawnerEvent.Ended>(Next()).Outcome.ReturnCode);
    }

    [Fact]
    public void A_sweep_tells_what_is_gone()
    {
        _spawner.Sweep([new SpawnedOperation("old", int.MaxValue, 1, ProcessTable.BootId, null)]);
        SpawnerEvent.Swept swept = Assert.IsType<SpawnerEvent.Swept>(Next());
        Assert.Equal(["old"], swept.Gone);
        Assert.Empty(swept.Left);
    }

    private SpawnerEvent Next()
    {
        Assert.True(_events.TryTake(out SpawnerEvent? next, 20_000, TestContext.Current.CancellationToken));
        return next!;
    }
}
