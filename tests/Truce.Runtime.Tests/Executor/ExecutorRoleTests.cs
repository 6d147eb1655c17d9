using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;
using static Truce.Runtime.Tests.Executor.ExecutorWorld;

namespace Truce.Runtime.Tests.Executor;

public sealed class ExecutorRoleTests
{
    [Fact]
    public void An_agent_runs_only_once_its_record_is_written()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "r", "start"));
        string run = world.Running("r");
        world.Prepared(run);
        Assert.DoesNotContain("proceed r start", world.Spawned);
        world.Synced();
        Assert.Equal("proceed r start", world.Spawned[^1]);
        Assert.Contains(
            world.Written, w =>
            w.Writes[0] is { Table: StoreTable.Operations, Value: not null } && w.Writes[0].Key == run);
        world.End(run);
        Assert.Contains(
            world.Written, w =>
            w.Writes[0] is { Table: StoreTable.Operations, Value: null } && w.Writes[0].Key == run);
        Assert.Equal(0, Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report.Code);
    }

    [Fact]
    public void An_agent_that_cannot_be_recorded_is_not_run_and_the_result_says_so()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "r", "start"));
        string run = world.Running("r");
        world.Prepared(run);
        world.StoreFails();
        Assert.Equal("cancel r start", world.Spawned[^1]);
        world.End(run, 1, OperationStatus.Cancelled);
        OperationReport report = Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report;
        Assert.Equal(4, report.Status);
        Assert.Contains("disk full", report.ExitReason, StringComparison.Ordinal);
        Assert.DoesNotContain("proceed r start", world.Spawned);
    }

    [Fact]
    public void A_controller_is_told_nothing_before_the_leftovers_are_gone()
    {
        ExecutorWorld world = new ExecutorWorld().Greeted();
        Assert.Empty(world.Replies);
        world.Swept();
        Assert.IsType<ExecutorReply.Inventory>(Assert.Single(world.Replies));
    }

    [Fact]
    public void Operations_of_one_resource_follow_each_other_and_those_of_others_run_beside()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "a", "start"));
        world.Run(Order("o2", "a", "monitor"));
        world.Run(Order("o3", "b", "start"));
        Assert.Equal(
            ["prepare a start", "prepare b start"],
            world.Spawned.Where(s => s.StartsWith("prepare", StringComparison.Ordinal)));
        world.Complete("a");
        Assert.Equal("prepare a monitor", world.Spawned[^1]);
    }

    [Fact]
    public void No_more_run_at_once_than_allowed_and_no_more_wait_than_allowed()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        for (int i = 0; i < 11; i++)
            world.Run(Order($"o{i}", $"r{i}", "start"));
        Assert.Equal(3, world.Spawned.Count(s => s.StartsWith("prepare", StringComparison.Ordinal)));
        Assert.Equal("o10", Assert.IsType<ExecutorReply.Refused>(world.Replies[^1]).OperationId);
    }

    [Fact]
    public void The_same_order_again_is_answered_with_its_result_and_not_run_twice()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "r", "start"));
        world.Run(Order("o1", "r", "start"));
        world.Complete("r");
        world.Run(Order("o1", "r", "start"));
        Assert.Single(world.Spawned, "prepare r start");
        Assert.Equal(
            2, world.Replies.OfType<ExecutorReply.Ended>().Count(e => e.Report.Order.OperationId == "o1"));
    }

    [Fact]
    public void A_recurring_operation_reports_its_first_result_and_then_changes_alone()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("m", "r", "monitor", 1000));
        foreach (int code in new[] { 0, 0, 7, 7, 0 })
        {
            world.Complete("r", code);
            world.Pass(1000);
        }

        Assert.Equal([0, 7, 0], world.Replies.OfType<ExecutorReply.Ended>().Select(e => e.Report.Code));
        Assert.Single(world.Replies.OfType<ExecutorReply.Ended>().Select(e => e.Report.CallId).Distinct());
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 53)]
    public void No_time_of_an_order_ends_the_executor(long milliseconds)
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("d", "delayed", "monitor", 1000) with { StartDelayMs = milliseconds });
        world.Run(Order("m", "r", "monitor", milliseconds) with { TimeoutMs = milliseconds });
        world.Complete("r");
        world.Pass(1000);
        world.Run(Order("o", "other", "start"));
        world.Complete("other");
        Assert.Contains(world.Replies.OfType<ExecutorReply.Ended>(), e => e.Report.Order.OperationId == "o");
    }

    [Fact]
    public void While_no_controller_is_there_monitors_go_on_and_the_newest_result_is_kept()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("m", "r", "monitor", 1000));
        world.Complete("r");
        world.ControllerDies();
        foreach (int code in new[] { 7, 0, 1 })
        {
            world.Pass(1000);
            world.Complete("r", code);
        }

        world.Greeted();
        ExecutorReply.Inventory inventory = Assert.IsType<ExecutorReply.Inventory>(world.Replies[^1]);
        Assert.Equal("m", Assert.Single(inventory.Recurring).OperationId);
        OperationReport kept = Assert.Single(inventory.Unacknowledged);
        Assert.Equal(1, kept.Code);
        world.Ask(new ExecutorRequest.Acknowledge(kept.Number));
        world.ControllerDies();
        world.Greeted();
        Assert.Empty(Assert.IsType<ExecutorReply.Inventory>(world.Replies[^1]).Unacknowledged);
    }

    [Fact]
    public void A_stop_ends_the_monitors_of_its_resource()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("m", "r", "monitor", 1000));
        world.Complete("r");
        world.Run(Order("stop", "r", "stop"));
        world.Complete("r");
        world.Pass(10_000);
        Assert.Equal(
            "prepare r stop", world.Spawned.Last(s => s.StartsWith("prepare", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_cancelled_monitor_is_killed_and_reports_nothing_more()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("m", "r", "monitor", 1000));
        string run = world.Running("r");
        world.Prepared(run);
        world.Synced();
        world.Ask(new ExecutorRequest.Cancel("c1", "r", "monitor", 1000));
        Assert.Equal("cancel r monitor", world.Spawned[^1]);
        Assert.DoesNotContain(world.Replies, r => r is ExecutorReply.Cancelled);
        world.End(run, 1, OperationStatus.Cancelled);
        Assert.Equal("c1", Assert.IsType<ExecutorReply.Cancelled>(world.Replies[^1]).RequestId);
        Assert.DoesNotContain(world.Replies, r => r is ExecutorReply.Ended);
        world.Pass(10_000);
        Assert.Single(world.Spawned, "prepare r monitor");
    }

    [Fact]
    public void A_record_of_an_earlier_executor_is_swept_and_one_of_an_earlier_boot_is_forgotten()
    {
        ExecutorWorld first = new ExecutorWorld().Swept().Greeted();
        first.Run(Order("o1", "r", "start"));
        first.Prepared(first.Running("r"));
        StoreWrite written = first.Written.Select(w => w.Writes[0]).Last(
            w => w.Table == StoreTable.Operations);
        string older = System.Text.Encoding.UTF8.GetString(written.Value!.Value.Span)
            .Replace("\"boot\"", "\"earlier\"", StringComparison.Ordinal);

        ExecutorWorld second = new(
            AgentKind.Resource,
            new StoreRecord(written.Table, written.Key, written.Value.Value),
            new StoreRecord(written.Table, "old-run", System.Text.Encoding.UTF8.GetBytes(older)));
        Assert.Equal($"sweep {written.Key}", Assert.Single(second.Spawned));
        second.Swept().Greeted();
        OperationReport report = Assert.Single(
            Assert.IsType<ExecutorReply.Inventory>(second.Replies[^1]).Unacknowledged);
        Assert.Equal(("o1", 4), (report.Order.OperationId, report.Status));
    }

    [Fact]
    public void What_cannot_be_killed_is_named_and_its_record_kept()
    {
        ExecutorWorld first = new ExecutorWorld().Swept().Greeted();
        first.Run(Order("o1", "r", "monitor"));
        first.Prepared(first.Running("r"));
        StoreWrite written = first.Written.Select(w => w.Writes[0]).Last(
            w => w.Table == StoreTable.Operations);
        ExecutorWorld second = new(
            AgentKind.Resource, new StoreRecord(written.Table, written.Key, written.Value!.Value));
        second.Swept(written.Key).Greeted();
        ExecutorReply.Inventory inventory = Assert.IsType<ExecutorReply.Inventory>(second.Replies[^1]);
        Assert.Equal([written.Key], inventory.Unkillable);
        Assert.DoesNotContain(second.Written, w => w.Writes[0].Key == written.Key);
        Assert.Empty(inventory.Unacknowledged);
    }

    [Fact]
    public void What_cannot_be_killed_holds_back_its_resource_until_it_is_gone()
    {
        ExecutorWorld first = new ExecutorWorld().Swept().Greeted();
        first.Run(Order("o1", "r", "start"));
        first.Prepared(first.Running("r"));
        StoreWrite written = first.Written.Select(w => w.Writes[0]).Last(
            w => w.Table == StoreTable.Operations);
        ExecutorWorld second = new(
            AgentKind.Resource, new StoreRecord(written.Table, written.Key, written.Value!.Value));
        second.Swept(written.Key).Greeted();
        second.Run(Order("o2", "r", "stop"));
        second.Run(Order("o3", "other", "stop"));
        Assert.Equal([$"sweep {written.Key}", "prepare other stop"], second.Spawned);
        second.Pass(1_000);
        Assert.Equal($"sweep {written.Key}", second.Spawned[^1]);
        second.Swept(written.Key).Pass(1_000);
        Assert.Equal($"sweep {written.Key}", second.Spawned[^1]);
        second.Swept();
        Assert.Equal(("o1", 4), (Ended(second).Order.OperationId, Ended(second).Status));
        Assert.Equal("prepare r stop", second.Spawned[^1]);
        Assert.Contains(second.Written, w => w.Writes[0].Key == written.Key && w.Writes[0].Value is null);

        static OperationReport Ended(ExecutorWorld world) =>
            Assert.IsType<ExecutorReply.Ended>(world.Replies[^1]).Report;
    }

    [Fact]
    public void Call_ids_go_on_rising_after_the_executors_death()
    {
        ExecutorWorld first = new ExecutorWorld().Swept().Greeted();
        first.Run(Order("o1", "r", "start"));
        first.Complete("r");
        int callId = Assert.IsType<ExecutorReply.Ended>(first.Replies[^1]).Report.CallId;
        StoreWrite reserved = first.Written.Select(w => w.Writes[0]).Last(w => w.Key == "call-id");
        ExecutorWorld second = new(
            AgentKind.Resource, new StoreRecord(reserved.Table, reserved.Key, reserved.Value!.Value));
        second.Swept().Greeted();
        second.Run(Order("o2", "r", "stop"));
        second.Complete("r");
        Assert.True(Assert.IsType<ExecutorReply.Ended>(second.Replies[^1]).Report.CallId > callId);
    }

    [Theory]
    [InlineData(null, 0, true)]
    [InlineData("stop", 0, false)]
    [InlineData("stop", 1, true)]
    [InlineData("monitor", 7, false)]
    [InlineData("monitor", 5, true)]
    public void The_next_executor_knows_what_was_started_and_by_what(string? then, int code, bool known)
    {
        ExecutorWorld first = new ExecutorWorld().Swept().Greeted();
        first.Run(Order("o1", "r", "start"));
        first.Complete("r");
        if (then is not null)
        {
            first.Run(Order("o2", "r", then));
            first.Complete("r", code);
        }

        ExecutorWorld second = new ExecutorWorld(AgentKind.Resource, first.Records()).Swept().Greeted();
        ImmutableArray<OperationOrder> started =
            second.Replies.OfType<ExecutorReply.Inventory>().Single().Started;
        Assert.Equal(known ? ["o1"] : [], started.Select(o => o.OperationId));
    }

    [Fact]
    public void A_shot_goes_ahead_of_its_devices_monitors_and_ends_one_that_runs()
    {
        ExecutorWorld world = new ExecutorWorld(AgentKind.Fence).Swept().Greeted();
        world.Run(Order("m", "device", "monitor", 1000));
        string monitor = world.Running("device");
        world.Prepared(monitor);
        world.Synced();
        world.Run(Order("status", "device", "status"));
        world.Run(Order("shot", "device", "off"));
        Assert.Equal("cancel device monitor", world.Spawned[^1]);
        world.End(monitor, 1, OperationStatus.Cancelled);
        Assert.Equal("prepare device off", world.Spawned[^1]);
        Assert.DoesNotContain(world.Replies, r => r is ExecutorReply.Ended);
    }

    [Fact]
    public void A_monitor_that_gave_way_to_a_shot_runs_again_right_after_it()
    {
        ExecutorWorld world = new ExecutorWorld(AgentKind.Fence).Swept().Greeted();
        world.Run(Order("m", "device", "monitor", 600_000));
        world.Complete("device");
        for (int i = 0; i < 2; i++)
        {
            world.Pass(600_000);
            string monitor = world.Running("device");
            world.Run(Order($"shot{i}", "device", "off"));
            world.End(monitor, 1, OperationStatus.Cancelled);
            world.Complete("device");
            Assert.Equal("prepare device monitor", world.Spawned[^1]);
            world.Complete("device");
        }

        Assert.Equal(
            ["m", "shot0", "shot1"],
            world.Replies.OfType<ExecutorReply.Ended>().Select(e => e.Report.Order.OperationId));
    }

    [Fact]
    public void A_shot_waits_for_no_room_and_a_device_does_as_much_at_once_as_it_allows()
    {
        ExecutorWorld world = new ExecutorWorld(AgentKind.Fence).Swept().Greeted();
        for (int i = 0; i < 3; i++)
            world.Run(Order($"m{i}", $"other{i}", "monitor", 1000));
        world.Run(Order("shot1", "device", "off"));
        world.Run(Order("shot2", "device", "off"));
        Assert.Equal(1, world.Spawned.Count(s => s == "prepare device off"));

        OperationOrder able = Order("shot3", "able", "off") with
        {
            Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("pcmk_action_limit", "2"),
        };
        foreach (string id in new[] { "shot3", "shot4", "shot5" })
            world.Run(able with { OperationId = id });
        Assert.Equal(2, world.Spawned.Count(s => s == "prepare able off"));
    }

    [Fact]
    public void A_controller_of_another_boot_and_a_request_without_hello_are_cut_off()
    {
        ExecutorWorld world = new ExecutorWorld().Swept();
        world.Give(new RoleInput.FromLink(
            new LinkEvent.Opened(
            ExecutorWorld.Controller, RoleKind.Controller, new PeerCredentials(1, 0, 0))));
        world.Run(Order("o1", "r", "start"));
        Assert.Equal([ExecutorWorld.Controller], world.ClosedLinks);
        world.Ask(new ExecutorRequest.Hello(1, "controller", "another boot"));
        Assert.Equal([ExecutorWorld.Controller, ExecutorWorld.Controller], world.ClosedLinks);
        Assert.Empty(world.Replies);
        Assert.DoesNotContain(world.Spawned, s => s.StartsWith("prepare", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_is_recorded_twice_is_let_go_once_and_the_executor_stops()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("o1", "r", "start"));
        string run = world.Running("r");
        world.Prepared(run);
        world.Prepared(run);
        world.Give(new RoleInput.FromStore(new StoreEvent.Synced(world.Written[^2].Request)));
        Assert.Throws<InvariantException>(world.Synced);
        Assert.Single(world.Spawned, "proceed r start");
    }

    [Fact]
    public void An_earlier_controllers_orders_are_not_obeyed_once_another_one_is_here()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        LinkId later = new(77);
        world.Give(new RoleInput.FromLink(
            new LinkEvent.Opened(later, RoleKind.Controller, new PeerCredentials(2, 0, 0))));
        world.Give(new RoleInput.FromLink(new LinkEvent.Received(
            later, RoleProtocol.Encode(new ExecutorRequest.Hello(1, "another", "boot")))));
        Assert.Contains(ExecutorWorld.Controller, world.ClosedLinks);
        world.Run(Order("o1", "r", "start"));
        Assert.DoesNotContain(world.Spawned, s => s.StartsWith("prepare", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_a_controllers_link_gives_orders()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        LinkId other = new(78);
        world.Give(new RoleInput.FromLink(
            new LinkEvent.Opened(other, RoleKind.Api, new PeerCredentials(3, 0, 0))));
        world.Give(new RoleInput.FromLink(new LinkEvent.Received(
            other, RoleProtocol.Encode(new ExecutorRequest.Hello(1, "no controller", "boot")))));
        Assert.Empty(world.ClosedLinks);
        world.Run(Order("o1", "r", "start"));
        Assert.Equal("prepare r start", world.Spawned[^1]);
    }
}
