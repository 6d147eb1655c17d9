using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class ServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-service-test-").FullName;
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    public void Dispose()
    {
        _spawner.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string DropIn(string unit) => Path.Combine(_folder, unit + ".d", "50-truce.conf");

    private AgentSettings Settings => Fixture.Settings with
    {
        SystemdDirectory = _folder,
        Systemctl = Path.Combine(AppContext.BaseDirectory, "fence", "systemctl"),
        InitDirectory = Path.Combine(AppContext.BaseDirectory, "init.d"),
        ExtraEnvironment = Fixture.Settings.ExtraEnvironment
            .Add("UNITS", _folder).Add("LSB_STATE", Path.Combine(_folder, "lsb")),
    };

    [Fact]
    public async Task A_unit_starts_with_a_drop_in_and_stops_without_it()
    {
        Unit("web.service", "inactive");

        Assert.Equal(7, (await RunAsync("systemd:web", "monitor")).ReturnCode);
        Assert.Equal(0, (await RunAsync("systemd:web", "start")).ReturnCode);
        Assert.Equal("[Unit]\nBefore=truce.service\n\n[Service]\nRestart=no\n",
            await File.ReadAllTextAsync(DropIn("web.service"), TestContext.Current.CancellationToken));
        Assert.Equal(0, (await RunAsync("systemd:web", "monitor")).ReturnCode);
        Assert.Equal(0, (await RunAsync("systemd:web", "stop")).ReturnCode);
        Assert.False(File.Exists(DropIn("web.service")));
        Assert.Equal(7, (await RunAsync("systemd:web", "monitor")).ReturnCode);
    }

    [Fact]
    public async Task A_monitor_waits_for_a_unit_on_its_way()
    {
        Unit("web.service", "activating", "activating", "active");
        Assert.Equal(0, (await RunAsync("systemd:web", "monitor")).ReturnCode);

        Unit("web.service", "activating");
        OperationOutcome outcome = await RunAsync("systemd:web", "monitor", TimeSpan.FromMilliseconds(300));
        Assert.Equal(OperationStatus.TimedOut, outcome.Status);
    }

    [Theory]
    [InlineData("active", 0)]
    [InlineData("reloading", 0)]
    [InlineData("inactive", 7)]
    [InlineData("failed", 7)]
    [InlineData("maintenance", 1)]
    public async Task A_units_state_becomes_an_ocf_code(string state, int code)
    {
        Unit("web.service", state);
        Assert.Equal(code, (await RunAsync("systemd:web", "monitor")).ReturnCode);
    }

    [Fact]
    public async Task A_failed_job_is_reported_with_what_systemd_says()
    {
        Unit("broken.service", "inactive");
        OperationOutcome outcome = await RunAsync("systemd:broken", "start");
        Assert.Equal((OperationStatus.Done, 1), (outcome.Status, outcome.ReturnCode));
        Assert.Equal("start of broken.service failed: it is failed (fake); Job for broken.service failed.", outcome.ExitReason);
    }

    [Fact]
    public async Task A_start_that_takes_too_long_times_out()
    {
        Unit("slow.service", "inactive");
        OperationOutcome outcome = await RunAsync("systemd:slow", "start", TimeSpan.FromSeconds(1));
        Assert.Equal((OperationStatus.TimedOut, "timed out after 1 s"), (outcome.Status, outcome.ExitReason));
    }

    [Fact]
    public async Task An_absent_unit_is_not_installed_and_already_stopped()
    {
        OperationOutcome start = await RunAsync("systemd:absent", "start");
        Assert.Equal((OperationStatus.NotInstalled, "unit absent.service does not exist"), (start.Status, start.ExitReason));
        Assert.Equal(5, (await RunAsync("systemd:absent", "monitor")).ReturnCode);
        Assert.Equal(0, (await RunAsync("systemd:absent", "stop")).ReturnCode);
    }

    [Fact]
    public async Task Without_systemd_a_unit_is_not_installed()
    {
        AgentRunner runner = new(_spawner, Settings with { SystemdDirectory = "/nonexistent" });
        OperationOutcome outcome = await runner.RunAsync(
            Fixture.Operation("systemd:web", "monitor"), null, TestContext.Current.CancellationToken);
        Assert.Equal((OperationStatus.NotInstalled, 5), (outcome.Status, outcome.ReturnCode));
        Assert.Equal("unit web.service: systemd does not run on this node", outcome.ExitReason);
    }

    [Fact]
    public async Task An_init_scripts_codes_become_ocf_codes()
    {
        Assert.Equal(7, (await RunAsync("lsb:tidy", "monitor")).ReturnCode);
        Assert.Equal(0, (await RunAsync("lsb:tidy", "start")).ReturnCode);
        Assert.Equal(0, (await RunAsync("lsb:tidy", "monitor")).ReturnCode);
        await File.WriteAllTextAsync(Path.Combine(_folder, "lsb.dead"), "", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await RunAsync("lsb:tidy", "monitor")).ReturnCode);
        Assert.Equal(0, (await RunAsync("lsb:tidy", "stop")).ReturnCode);
        Assert.Equal(7, (await RunAsync("lsb:tidy", "monitor")).ReturnCode);
        Assert.Equal(3, (await RunAsync("lsb:tidy", "promote")).ReturnCode);
        Assert.Equal(OperationStatus.NotInstalled, (await RunAsync("lsb:absent", "monitor")).Status);
    }

    [Fact]
    public async Task A_service_is_an_init_script_if_there_is_one()
    {
        Assert.Equal(0, (await RunAsync("service:tidy", "start")).ReturnCode);
        Assert.Equal(0, (await RunAsync("lsb:tidy", "monitor")).ReturnCode);
        Assert.Equal(OperationStatus.NotInstalled, (await RunAsync("service:absent-anywhere", "start")).Status);
    }

    [Fact]
    public async Task Services_are_described_though_they_cannot_describe_themselves()
    {
        AgentDescriber describer = new(_spawner, Settings);
        AgentDescription script = await describer.DescribeAsync(
            AgentName.TryParse("lsb:tidy")!, TestContext.Current.CancellationToken);
        AgentDescription unit = await describer.DescribeAsync(
            AgentName.TryParse("systemd:web")!, TestContext.Current.CancellationToken);
        Assert.Equal("Keeps things tidy", script.Metadata!.ShortDescription);
        Assert.Equal("systemd unit web.service", unit.Metadata!.ShortDescription);
        Assert.True(unit.Metadata.Supports("monitor"));
    }

    private void Unit(string name, params string[] states) =>
        File.WriteAllLines(Path.Combine(_folder, name), states);

    private Task<OperationOutcome> RunAsync(string agent, string action, TimeSpan? timeout = null) =>
        new AgentRunner(_spawner, Settings).RunAsync(
            Fixture.Operation(agent, action) with { Timeout = timeout ?? TimeSpan.FromSeconds(20) }, null,
            TestContext.Current.CancellationToken);
}
