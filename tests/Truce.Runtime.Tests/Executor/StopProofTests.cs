using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Ports;
using static Truce.Runtime.Tests.Executor.ExecutorWorld;

namespace Truce.Runtime.Tests.Executor;

/// <summary>What comes of a stop that failed.</summary>
public sealed class StopProofTests
{
    [Theory]
    [InlineData(1, OperationStatus.Done)]
    [InlineData(0, OperationStatus.TimedOut)]
    public void A_stop_that_failed_counts_as_done_if_a_look_finds_nothing(int code, OperationStatus status)
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "r", "start"));
        world.Complete("r");
        world.Run(Stop("o2", "r"));
        world.Complete("r", code, status);
        Assert.Equal("prepare r monitor", world.Spawned[^1]);
        Assert.Equal(TimeSpan.FromSeconds(10), world.Specs.Values.Last().Timeout);
        world.Run(Order("o3", "r", "start"));
        world.Complete("r", 7);
        OperationReport report = world.Replies.OfType<ExecutorReply.Ended>().Last().Report;
        Assert.Equal(("o2", 0, 0), (report.Order.OperationId, report.Status, report.Code));
        Assert.True(report.IsByLook);
        Assert.StartsWith("the stop counts as done", report.ExitReason, StringComparison.Ordinal);
        // What waits for its resource comes only then.
        Assert.Equal("prepare r start", world.Spawned[^1]);
    }

    [Theory]
    [InlineData(0, OperationStatus.Done)]
    [InlineData(1, OperationStatus.Done)]
    [InlineData(2, OperationStatus.Done)]
    [InlineData(5, OperationStatus.Done)]
    [InlineData(7, OperationStatus.TimedOut)]
    [InlineData(7, OperationStatus.Error)]
    [InlineData(0, OperationStatus.NotInstalled)]
    public void Only_a_plain_not_running_proves_anything_after_a_failed_stop(int code, OperationStatus status)
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Stop("o1", "r"));
        world.Complete("r", 3);
        world.Complete("r", code, status);
        OperationReport report = Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report;
        Assert.Equal((0, 3, false), (report.Status, report.Code, report.IsByLook));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void Processes_that_are_left_or_unknown_outweigh_what_the_agent_says(int? remaining)
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Stop("o1", "r"));
        world.Complete("r", 1);
        world.Complete("r", 7, remaining: remaining);
        OperationReport report = Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report;
        Assert.Equal((0, 1, false), (report.Status, report.Code, report.IsByLook));
    }

    [Fact]
    public void A_failed_stop_is_not_looked_at_unless_its_order_says_so()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "r", "stop"));
        world.Complete("r", 1);
        Assert.Equal(1, Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report.Code);
        Assert.Equal("proceed r stop", world.Spawned[^1]);
    }

    [Fact]
    public void A_look_that_cannot_be_recorded_proves_nothing()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Stop("o1", "r"));
        world.Complete("r", 1);
        string look = world.Running("r");
        world.Prepared(look);
        world.StoreFails();
        world.End(look, 1, OperationStatus.Cancelled);
        OperationReport report = Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report;
        Assert.Equal((0, 1, ""), (report.Status, report.Code, report.ExitReason));
    }

    [Fact]
    public void A_fence_agent_and_a_stop_that_succeeded_are_not_looked_at()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Stop("o1", "r"));
        world.Complete("r");
        Assert.Equal("proceed r stop", world.Spawned[^1]);
        ExecutorWorld fencer = new ExecutorWorld(AgentKind.Fence).Swept().Greeted();
        fencer.Run(Stop("o1", "r"));
        fencer.Complete("r", 1);
        Assert.IsType<ExecutorReply.Ended>(fencer.Replies[^1]);
    }

    [Theory]
    [InlineData("monitor", 1)]
    [InlineData("stop", 1)]
    [InlineData("start", 4)]
    [InlineData("demote", 4)]
    public void Half_a_stop_is_no_failed_stop(string action, int status)
    {
        ExecutorWorld first = new ExecutorWorld().Swept().Greeted();
        first.Run(Order("o1", "r", action));
        first.Prepared(first.Running("r"));
        first.Synced();
        ExecutorWorld second = new ExecutorWorld(AgentKind.Resource, first.Records()).Swept().Greeted();
        OperationReport told = Assert.Single(
            second.Replies.OfType<ExecutorReply.Inventory>().Single().Unacknowledged);
        Assert.Equal(("o1", status), (told.Order.OperationId, told.Status));
    }
}
