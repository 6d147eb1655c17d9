using System.Collections.Immutable;
using Truce.Agents.Fencing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model.Fencing;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class FencingTests : IDisposable
{
    private const string Password = "hunter2-does-not-show";

    private readonly string _state = Directory.CreateTempSubdirectory("truce-fence-test-").FullName;
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    public void Dispose()
    {
        _spawner.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task Off_reaches_the_mapped_port_and_status_says_so()
    {
        (string, string)[] map = [("pcmk_host_map", "n1:1;n2:2")];

        Assert.Equal(0, (await RunAsync("status", "n2", map)).ReturnCode);
        OperationOutcome off = await RunAsync("off", "n2", map);
        OperationOutcome status = await RunAsync("status", "n2", map);

        Assert.Equal((OperationStatus.Done, 0), (off.Status, off.ReturnCode));
        Assert.Equal((OperationStatus.Done, FenceDevice.StatusOff), (status.Status, status.ReturnCode));
        Assert.Equal(["status 2 n2", "off 2 n2", "status 2 n2", "status 2 n2"], Calls());
        Assert.Equal(0, (await RunAsync("status", "n1", map)).ReturnCode);
    }

    [Fact]
    public async Task A_device_that_lies_is_caught_by_its_own_status()
    {
        (string, string)[] map = [("pcmk_host_map", "n1:1;n2:2"), ("lies", "1")];
        OperationOutcome off = await RunAsync("off", "n2", map);
        Assert.Equal(1, off.ReturnCode);
        Assert.Contains("its status says on", off.ExitReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_are_in_no_argument_environment_result_or_text()
    {
        OperationSpec operation = Operation("off", "n1", ("passwd", Password), ("fails", "9"), ("pcmk_host_list", "n1"));
        OperationOutcome outcome = await RunAsync(operation);

        string seen = await File.ReadAllTextAsync(Path.Combine(_state, "seen"), TestContext.Current.CancellationToken);
        Assert.Contains("arguments:\n", seen, StringComparison.Ordinal);
        FenceDevice device = FenceDevice.Read("d", "fence_fake", operation.Parameters);
        foreach (string text in new[] { seen, outcome.ToString(), operation.ToString(), device.ToString() })
            Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
        Assert.Equal(
            "fence_fake off failed with code 1 after 3 attempts: login as bob with ******** failed", outcome.ExitReason);
    }

    [Fact]
    public async Task A_failure_is_tried_again_as_often_as_configured()
    {
        OperationOutcome outcome = await RunAsync("off", "n1", ("fails", "1"), ("pcmk_host_list", "n1"));
        Assert.Equal((0, 3), (outcome.ReturnCode, Calls().Length));
        File.Delete(Path.Combine(_state, "calls"));

        outcome = await RunAsync("off", "n1", ("fails", "1"), ("pcmk_host_list", "n1"), ("pcmk_off_retries", "0"));
        Assert.Equal((1, 1), (outcome.ReturnCode, Calls().Length));
    }

    [Fact]
    public async Task The_devices_own_timeout_replaces_the_operations_and_kills()
    {
        string mark = Fixture.Mark();
        OperationOutcome outcome = await RunAsync(
            "off", "n1", ("sleep", mark), ("pcmk_host_list", "n1"), ("pcmk_off_timeout", "300ms"));

        Assert.Equal((OperationStatus.TimedOut, "timed out after 0.3 s"), (outcome.Status, outcome.ExitReason));
        Assert.Empty(Fixture.Sleepers(mark));
        Assert.Single(Calls());
    }

    [Fact]
    public async Task An_action_can_be_renamed_and_the_argument_chosen()
    {
        await RunAsync("reboot", "n1", ("pcmk_host_list", "n1"), ("pcmk_reboot_action", "off"),
            ("pcmk_host_argument", "none"), ("plug", "7"));

        Assert.Equal(["off 7 n1"], Calls());
    }

    [Fact]
    public async Task A_reboot_is_off_for_an_agent_without_it_with_the_time_out_of_off()
    {
        string mark = Fixture.Mark();
        OperationOutcome outcome = await RunAsync("reboot", "n1", ("pcmk_host_list", "n1"), ("sleep", mark),
            ("pcmk_off_timeout", "200ms"), ("pcmk_reboot_timeout", "60s"));
        Assert.Equal("timed out after 0.2 s", outcome.ExitReason);
        Assert.Equal(["off n1 n1"], Calls());
    }

    [Fact]
    public async Task The_port_comes_from_the_order_or_the_devices_list_which_is_remembered()
    {
        AgentRunner runner = new(_spawner, Settings());
        OperationSpec off = Operation("off", "node2");
        await runner.RunAsync(off with { Meta = off.Meta.Add(FenceOperations.PortMeta, "9") }, null,
            TestContext.Current.CancellationToken);
        Assert.Equal(["off 9 node2", "status 9 node2"], Calls());

        for (int i = 0; i < 2; i++)
            await runner.RunAsync(off with { OperationId = Fixture.NewId() }, null, TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                "off 9 node2", "status 9 node2", "list - -", "off 2 node2", "status 2 node2", "off 2 node2",
                "status 2 node2",
            ],
            Calls());
    }

    [Fact]
    public async Task A_device_that_does_not_know_the_node_is_not_told_to_shoot()
    {
        OperationOutcome unlisted = await RunAsync("off", "node3");
        Assert.Equal((OperationStatus.Error, "d (fence_fake) does not list node3"), (unlisted.Status, unlisted.ExitReason));
        OperationOutcome unknown = await RunAsync("off", "unknown", ("pcmk_host_check", "status"));
        Assert.Equal(
            (OperationStatus.Error, "d (fence_fake) reports no status of unknown"), (unknown.Status, unknown.ExitReason));
        Assert.Equal(["list - -", "status unknown unknown"], Calls());
    }

    [Fact]
    public async Task A_device_asked_by_status_shoots_what_it_knows()
    {
        Assert.Equal(0, (await RunAsync("off", "n1", ("pcmk_host_check", "status"))).ReturnCode);
        Assert.Equal(["status n1 n1", "off n1 n1", "status n1 n1"], Calls());
    }

    [Fact]
    public async Task Several_ports_of_a_node_are_named_together()
    {
        await RunAsync("off", "n2", ("pcmk_host_map", "n1:1;n2:2,3"));
        await RunAsync("off", "node2", ("pcmk_host_map", "node1:1;node2:1,2"), ("pcmk_host_check", "dynamic-list"));
        OperationOutcome half = await RunAsync(
            "off", "node2", ("pcmk_host_map", "node1:1;node2:2,3"), ("pcmk_host_check", "dynamic-list"));
        Assert.Equal(
            ["off 2,3 n2", "status 2,3 n2", "list - -", "off 1,2 node2", "status 1,2 node2", "list - -"],
            Calls());
        Assert.Equal(OperationStatus.Error, half.Status);
    }

    [Fact]
    public async Task A_question_has_the_devices_time_for_it()
    {
        string mark = Fixture.Mark();
        OperationOutcome outcome = await RunAsync(
            "off", "node2", ("sleep", mark), ("pcmk_host_check", "dynamic-list"), ("pcmk_list_timeout", "200ms"));
        Assert.Equal((OperationStatus.Error, "d (fence_fake) could not list its targets"), (outcome.Status, outcome.ExitReason));
        Assert.Equal(["list - -"], Calls());
        Assert.Empty(Fixture.Sleepers(mark));
    }

    [Fact]
    public async Task A_list_before_the_shot_is_recorded_with_it_and_takes_of_its_time()
    {
        string mark = Fixture.Mark();
        List<SpawnedOperation> records = [];
        OperationOutcome outcome = await new AgentRunner(_spawner, Settings()).RunAsync(
            Operation("off", "node2", ("sleep", mark)) with { Timeout = TimeSpan.FromMilliseconds(300) },
            record =>
            {
                records.Add(record);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(OperationStatus.TimedOut, outcome.Status);
        Assert.Single(records);
        Assert.Equal(["list - -"], Calls());
        Assert.Empty(Fixture.Sleepers(mark));
    }

    [Fact]
    public async Task A_device_starts_by_its_monitor_and_stops_by_nothing()
    {
        Assert.Equal(0, (await RunAsync("start", null)).ReturnCode);
        Assert.Equal(0, (await RunAsync("stop", null)).ReturnCode);
        Assert.Equal(["monitor - -"], Calls());
    }

    [Fact]
    public async Task An_absent_fence_agent_is_not_installed()
    {
        OperationOutcome outcome = await RunAsync(Operation("off", "n1") with { Type = "fence_absent" });
        Assert.Equal((OperationStatus.NotInstalled, 5), (outcome.Status, outcome.ReturnCode));
    }

    [Fact]
    public async Task A_line_feed_in_a_parameter_is_refused()
    {
        OperationOutcome outcome = await RunAsync("off", "n1", ("passwd", "x\naction=on"));
        Assert.Equal((OperationStatus.Error, "passwd has a line feed in its value"), (outcome.Status, outcome.ExitReason));
        Assert.Empty(Calls());
    }

    [Fact]
    public async Task Devices_are_found_by_list_by_status_and_by_neither()
    {
        FenceOperations fences = new(_spawner, Settings());
        FenceDevice Device(string id, params (string, string)[] options) =>
            FenceDevice.Read(id, "fence_fake", Operation("off", null, options).Parameters);

        ImmutableArray<(FenceDevice Device, DeviceReach Target)> found = await fences.FindDevicesAsync(
            [
                Device("lists"), Device("static", ("pcmk_host_list", "other")),
                Device("status", ("pcmk_host_check", "status")), Device("any", ("pcmk_host_check", "none")),
            ],
            "node2", TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(
            ["nodename=node2,plug=2", "node2 is not in the host list or map of static (fence_fake)",
                "nodename=node2,plug=node2", "nodename=node2,plug=node2"],
            found.Select(f => Text(f.Target)));
    }

    [Fact]
    public async Task Devices_are_checked_against_the_agents_metadata()
    {
        FenceOperations fences = new(_spawner, Settings());
        var description = await fences.DescribeAsync("fence_fake", TestContext.Current.CancellationToken);
        FenceDevice device = FenceDevice.Read("d", "fence_fake", new Dictionary<string, string>
        {
            ["port"] = "1", ["colour"] = "red", ["pcmk_off_timout"] = "3s", ["pcmk_off_timeout"] = "soon",
        });

        Assert.Equal(
            [
                "pcmk_off_timeout=\"soon\" is not a duration; do: write it as 5s or 500ms",
                "pcmk_off_timout is not an option of a fence device",
                "fence_fake needs state",
                "fence_fake has no parameter colour",
                "port is deprecated; do: use plug",
            ],
            FenceDeviceCheck.Check(device, description.Metadata!));
    }

    [Fact]
    public async Task Debians_fence_agents_can_be_described_and_run()
    {
        Fixture.Need(File.Exists("/usr/sbin/fence_dummy"), "fence-agents");
        FenceOperations fences = new(_spawner, new AgentSettings());
        foreach (string agent in new[] { "fence_dummy", "fence_ipmilan", "fence_apc_snmp", "fence_scsi" })
        {
            var description = await fences.DescribeAsync(agent, TestContext.Current.CancellationToken);
            Assert.NotNull(description.Metadata);
            Assert.True(description.Metadata.Supports("off"), agent);
        }

        string file = Path.Combine(_state, "dummy");
        OperationSpec off = Operation("off", "n1", ("pcmk_host_list", "n1"), ("type", "file"), ("status_file", file)) with
        {
            Type = "fence_dummy",
            Timeout = TimeSpan.FromSeconds(20),
        };
        OperationOutcome outcome = await fences.RunAsync(off, null, TestContext.Current.CancellationToken);
        Assert.True(outcome is { Status: OperationStatus.Done, ReturnCode: 0 }, outcome.ToString());
        OperationOutcome status = await fences.RunAsync(
            off with { OperationId = Fixture.NewId(), Action = "status" }, null, TestContext.Current.CancellationToken);
        Assert.Equal(FenceDevice.StatusOff, status.ReturnCode);
    }

    [Fact]
    public async Task A_reboot_by_an_agent_that_has_none_is_off()
    {
        FenceOperations fences = new(_spawner, Settings());
        var description = await fences.DescribeAsync("fence_fake", TestContext.Current.CancellationToken);
        FenceDevice plain = FenceDevice.Read("a", "fence_fake", new Dictionary<string, string>());
        FenceDevice renamed = FenceDevice.Read("a", "fence_fake", new Dictionary<string, string>
        {
            ["pcmk_reboot_action"] = "cycle",
        });

        Assert.Equal("off", FenceSteps.Replace(plain, description.Metadata!.Abilities(), "reboot"));
        Assert.Equal("reboot", FenceSteps.Replace(renamed, description.Metadata!.Abilities(), "reboot"));
    }

    [Theory]
    [InlineData("passwd", true)]
    [InlineData("password", true)]
    [InlineData("snmp_priv_passwd", true)]
    [InlineData("session_token", true)]
    [InlineData("community", true)]
    [InlineData("secret_key", true)]
    [InlineData("passwd_script", false)]
    [InlineData("login", false)]
    [InlineData("ip", false)]
    public void Secrets_are_known_by_their_names(string name, bool isSecret) =>
        Assert.Equal(isSecret, SecretText.IsSecret(name));

    private static string Text(DeviceReach target) => target switch
    {
        DeviceReach.Reachable(var arguments) => string.Join(',', arguments.Select(a => $"{a.Key}={a.Value}")),
        DeviceReach.Unreachable(var reason) => reason,
        DeviceReach.ListFirst => "list first",
        DeviceReach.StatusFirst => "status first",
    };

    private static AgentSettings Settings() => Fixture.Settings with
    {
        FenceDirectories = [Path.Combine(AppContext.BaseDirectory, "fence")],
    };

    private string[] Calls()
    {
        string path = Path.Combine(_state, "calls");
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    private Task<OperationOutcome> RunAsync(string action, string? target, params (string, string)[] parameters) =>
        RunAsync(Operation(action, target, parameters));

    private Task<OperationOutcome> RunAsync(OperationSpec operation) =>
        new AgentRunner(_spawner, Settings()).RunAsync(operation, null, TestContext.Current.CancellationToken);

    private OperationSpec Operation(string action, string? target, params (string Name, string Value)[] parameters) =>
        Fixture.Operation("stonith:fence_fake", action, [("state", _state), .. parameters]) with
        {
            Kind = AgentKind.Fence,
            Resource = "d",
            Meta = target is null
                ? ImmutableSortedDictionary<string, string>.Empty
                : ImmutableSortedDictionary<string, string>.Empty.Add(FenceDevice.TargetMeta, target),
        };
}
