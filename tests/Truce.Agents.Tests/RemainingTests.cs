using System.Collections.Immutable;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;
using static Truce.Agents.Tests.SpawnerTests;

namespace Truce.Agents.Tests;

/// <summary>What is told of a resource's processes.</summary>
public sealed class RemainingTests
{
    [Theory]
    [InlineData(Hold.GateAndCgroup)]
    [InlineData(Hold.GateOnly)]
    public async Task A_look_counts_what_operations_of_the_resource_have_left(Hold hold)
    {
        string state = Path.Combine(Fixture.Settings.StateDirectory, Fixture.NewId());
        OperationSpec start =
            Fixture.Operation("daemon", "start", ("state", state)) with { Resource = Fixture.NewId() };
        using (ProcessSpawner spawner = Fixture.Spawner(hold))
            Assert.Equal(0, (await RunAsync(spawner, start)).ReturnCode);

        using ProcessSpawner next = Fixture.Spawner(hold);
        OperationSpec look = start with { Action = "monitor", Remains = Remains.Told };
        Assert.NotEqual(0, (await RunAsync(next, look with { OperationId = Fixture.NewId() })).Remaining);
        Assert.Null((await RunAsync(
            next, look with { OperationId = Fixture.NewId(), Remains = Remains.Untold })).Remaining);
        OperationSpec stop = start with { OperationId = Fixture.NewId(), Action = "stop" };
        Assert.Equal(0, (await RunAsync(next, stop)).ReturnCode);
        await Fixture.UntilAsync(() => !IsAlive(state), "the daemon stops");
        Assert.Equal(0, (await RunAsync(next, look with { OperationId = Fixture.NewId() })).Remaining);
    }

    [Fact]
    public async Task A_daemon_that_has_cleared_its_environment_is_counted_by_its_cgroup()
    {
        using ProcessSpawner spawner = Fixture.Spawner(Hold.GateAndCgroup);
        string mark = Fixture.Mark();
        OperationSpec start = Escape(Hold.GateAndCgroup, mark, "0") with { Resource = Fixture.NewId() };
        Assert.Equal(0, (await RunAsync(spawner, start)).ReturnCode);
        Assert.Equal(4, await spawner.CountOfAsync(start.Resource));
        await KillAllFourAsync(mark);
        await Fixture.UntilAsync(() => spawner.CountOfOthers(start.Resource, "") == 0, "the daemons end");
    }
}
