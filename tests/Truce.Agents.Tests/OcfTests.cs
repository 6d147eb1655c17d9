using System.Collections.Immutable;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class OcfTests : IDisposable
{
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    public void Dispose() => _spawner.Dispose();

    [Theory]
    [InlineData(Hold.GateAndCgroup)]
    [InlineData(Hold.ShellOnly)]
    public async Task An_agent_gets_exactly_the_documented_environment(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        OperationSpec operation = Fixture.Operation("environment", "monitor", ("ip", "192.0.2.1"), ("OCF_CHECK_LEVEL", "10")) with
        {
            Resource = "ip:1",
            IntervalMs = 10_000,
            Timeout = TimeSpan.FromSeconds(20),
            Meta = ImmutableSortedDictionary<string, string>.Empty.Add("clone-max", "2").Add("clone", "1")
                .Add("notify_type", "pre"),
        };

        OperationOutcome outcome = await Fixture.Runner(spawner).RunAsync(
            operation, null, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "HA_LOGFACILITY=none",
                $"HA_RSCTMP={Fixture.Settings.StateDirectory}",
                "HA_debug=0",
                "OCF_CHECK_LEVEL=10",
                "OCF_EXIT_REASON_PREFIX=ocf-exit-reason:",
                "OCF_RA_VERSION_MAJOR=1",
                "OCF_RA_VERSION_MINOR=1",
                "OCF_RESKEY_CRM_meta_clone=1",
                "OCF_RESKEY_CRM_meta_clone_max=2",
                "OCF_RESKEY_CRM_meta_interval=10000",
                "OCF_RESKEY_CRM_meta_name=monitor",
                "OCF_RESKEY_CRM_meta_notify_type=pre",
                "OCF_RESKEY_CRM_meta_on_node=n1",
                "OCF_RESKEY_CRM_meta_timeout=20000",
                "OCF_RESKEY_crm_feature_set=3.16.1",
                "OCF_RESKEY_ip=192.0.2.1",
                "OCF_RESOURCE_INSTANCE=ip:1",
                "OCF_RESOURCE_PROVIDER=fake",
                "OCF_RESOURCE_TYPE=environment",
                "OCF_ROOT=/usr/lib/ocf",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                $"TRUCE_OPERATION={operation.OperationId}",
            ],
            outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(l => !l.StartsWith("PWD=", StringComparison.Ordinal)) // the shell that runs the fake agent
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Dummy_starts_monitors_and_stops()
    {
        Fixture.Need(File.Exists("/usr/lib/ocf/resource.d/heartbeat/Dummy"), "resource-agents");
        string state = Path.Combine(Fixture.Settings.StateDirectory, Fixture.NewId());

        Assert.Equal(7, await CodeAsync("ocf:heartbeat:Dummy", "monitor", ("state", state)));
        Assert.Equal(0, await CodeAsync("ocf:heartbeat:Dummy", "start", ("state", state)));
        Assert.Equal(0, await CodeAsync("ocf:heartbeat:Dummy", "monitor", ("state", state)));
        Assert.Equal(0, await CodeAsync("ocf:heartbeat:Dummy", "stop", ("state", state)));
        Assert.Equal(7, await CodeAsync("ocf:heartbeat:Dummy", "monitor", ("state", state)));
        Assert.Equal(3, await CodeAsync("ocf:heartbeat:Dummy", "promote", ("state", state)));
    }

    [Fact]
    public async Task Filesystem_says_why_it_is_not_configured()
    {
        Fixture.Need(File.Exists("/usr/lib/ocf/resource.d/heartbeat/Filesystem"), "resource-agents");

        OperationOutcome outcome = await RunAsync(Fixture.Operation("ocf:heartbeat:Filesystem", "start"));

        Assert.Equal(OperationStatus.Done, outcome.Status);
        Assert.NotEqual(0, outcome.ReturnCode);
        Assert.NotEmpty(outcome.ExitReason);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_not_installed()
    {
        OperationOutcome outcome = await RunAsync(Fixture.Operation("ocf:heartbeat:Absent", "monitor"));

        Assert.Equal((OperationStatus.NotInstalled, 5), (outcome.Status, outcome.ReturnCode));
        Assert.Contains("/usr/lib/ocf/resource.d/heartbeat/Absent does not exist", outcome.ExitReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nagios:check_http", "nagios is not supported")]
    [InlineData("upstart:cron", "class upstart is not supported")]
    [InlineData("ocf:..:sh", "is not a valid agent name")]
    [InlineData("ocf:heartbeat:../../../../bin/sh", "is not a valid agent name")]
    [InlineData("stonith:../bin/sh", "is not a valid agent name")]
    public async Task What_cannot_be_an_agent_is_refused_with_the_reason(string agent, string reason)
    {
        OperationOutcome outcome = await RunAsync(Fixture.Operation(agent, "monitor"));

        Assert.Equal((OperationStatus.Error, 6), (outcome.Status, outcome.ReturnCode));
        Assert.Contains(reason, outcome.ExitReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_an_agent_prints_is_not_passed_on()
    {
        OperationOutcome outcome = await RunAsync(
            Fixture.Operation("environment", "monitor", ("password", "hunter2"), ("user", "bob")));

        Assert.Contains("OCF_RESKEY_password=********\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("OCF_RESKEY_user=bob\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", outcome.ToString(), StringComparison.Ordinal);
    }

    private async Task<int> CodeAsync(string agent, string action, params (string, string)[] parameters)
    {
        OperationOutcome outcome = await RunAsync(Fixture.Operation(agent, action, parameters));
        Assert.Equal(OperationStatus.Done, outcome.Status);
        return outcome.ReturnCode;
    }

    private Task<OperationOutcome> RunAsync(OperationSpec operation) =>
        Fixture.Runner(_spawner).RunAsync(operation, null, TestContext.Current.CancellationToken);
}
