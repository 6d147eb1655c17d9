using System.Diagnostics;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;

namespace Truce.Agents.Tests;

/// <summary>Against a systemd that runs, as root; the script in-systemd-host starts one aside from the machine.</summary>
public sealed class RealSystemdTests : IDisposable
{
    private readonly string _unit = $"truce-test-{Environment.ProcessId}";
    private readonly ProcessSpawner _spawner = new(new ProcessSpawnerOptions());

    public RealSystemdTests() =>
        Assert.SkipUnless(Directory.Exists("/run/systemd/system") && Environment.IsPrivilegedProcess, "no systemd runs");

    private string UnitFile => $"/run/systemd/system/{_unit}.service";

    public void Dispose()
    {
        _spawner.Dispose();
        File.Delete(UnitFile);
    }

    [Fact]
    public async Task A_unit_is_started_monitored_and_stopped()
    {
        await InstallAsync("ExecStart=/bin/sleep 86400\nRestart=always");

        Assert.Equal(7, (await RunAsync("monitor")).ReturnCode);
        Assert.Equal((OperationStatus.Done, 0), Answer(await RunAsync("start")));
        Assert.Equal(0, (await RunAsync("monitor")).ReturnCode);
        string shown = await ShowAsync("--property=Before,Restart");
        Assert.Contains("truce.service", shown, StringComparison.Ordinal);
        Assert.Contains("Restart=no", shown, StringComparison.Ordinal);
        Assert.Equal((OperationStatus.Done, 0), Answer(await RunAsync("stop")));
        Assert.Equal(7, (await RunAsync("monitor")).ReturnCode);
        Assert.Contains("Restart=always", await ShowAsync("--property=Restart"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_fails_to_start_says_so()
    {
        await InstallAsync("Type=oneshot\nExecStart=/bin/false");
        OperationOutcome outcome = await RunAsync("start");
        Assert.Equal((OperationStatus.Done, 1), Answer(outcome));
        Assert.Contains("failed (failed, exit-code)", outcome.ExitReason, StringComparison.Ordinal);
        Assert.Equal(7, (await RunAsync("monitor")).ReturnCode);
        await RunAsync("stop");
    }

    [Fact]
    public async Task A_unit_that_is_slow_to_start_is_waited_for()
    {
        await InstallAsync("Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep 1");
        Task<OperationOutcome> start = RunAsync("start");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync("monitor")).ReturnCode); // after activating
        Assert.Equal(0, (await start).ReturnCode);
        Assert.Equal(0, (await RunAsync("stop")).ReturnCode);
    }

    [Fact]
    public async Task A_unit_that_does_not_exist_is_not_installed()
    {
        Assert.Equal(OperationStatus.NotInstalled, (await RunAsync("start")).Status);
        Assert.Equal(5, (await RunAsync("monitor")).ReturnCode);
        Assert.Equal(0, (await RunAsync("stop")).ReturnCode);
    }

    private async Task InstallAsync(string service)
    {
        await File.WriteAllTextAsync(UnitFile, $"[Unit]\nDefaultDependencies=no\n[Service]\n{service}\n", TestContext.Current.CancellationToken);
        await SystemctlAsync("daemon-reload");
    }

    private Task<string> ShowAsync(string properties) => SystemctlAsync("show", properties, $"{_unit}.service");

    private static async Task<string> SystemctlAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("systemctl", arguments) { RedirectStandardOutput = true })!;
        string text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text;
    }

    private static (OperationStatus, int) Answer(OperationOutcome outcome) => (outcome.Status, outcome.ReturnCode);

    private Task<OperationOutcome> RunAsync(string action) => new AgentRunner(_spawner, new AgentSettings()).RunAsync(
        Fixture.Operation($"systemd:{_unit}", action), null, TestContext.Current.CancellationToken);
}
