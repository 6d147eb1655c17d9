using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Truce.Agents.Describing;
using Truce.Agents.Fencing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model.Fencing;
using Truce.Ports;

namespace Truce.Agents.Tests;

/// <summary>Debian's fence agents: all of them as far as nothing answers, some against what does.</summary>
public sealed class DebianFenceAgentTests : IDisposable
{
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-fence-").FullName;
    private readonly List<Process> _running = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (Process one in _running)
        {
            one.Kill();
            one.WaitForExit();
            one.Dispose();
        }

        _spawner.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task All_are_described_checked_and_told_whom_to_fence()
    {
        Fixture.Need(File.Exists("/usr/sbin/fence_ipmilan"), "fence-agents");
        FenceOperations fences = new(_spawner, new AgentSettings());
        string[] agents = [.. Directory.GetFiles("/usr/sbin", "fence_*").Select(f => Path.GetFileName(f)!)
            // A person's way to say that a node is off, and daemons: no agents.
            .Where(n => n is not ("fence_ack_manual" or "fence_virtd" or "fence_xvmd"))
                .Order(StringComparer.Ordinal)];
        List<string> wrong = [];
        foreach (string agent in agents)
        {
            AgentDescription description = await fences.DescribeAsync(agent, Cancel);
            if (Wrong(agent, description) is { } complaint)
                wrong.Add($"{agent}: {complaint}");
        }

        TestContext.Current.SendDiagnosticMessage($"{agents.Length} agents");
        Assert.True(agents.Length >= 60, $"only {agents.Length} agents");
        Assert.Empty(wrong);
    }

    private static string? Wrong(string agent, AgentDescription description)
    {
        if (description.Metadata is not { } metadata)
            return description.Findings.FirstOrDefault()?.Message ?? "no metadata";
        if (!metadata.Supports("off") && !metadata.Supports("reboot"))
            return $"neither off nor reboot, but {string.Join(' ', metadata.Actions.Select(a => a.Name))}";
        Dictionary<string, string> given = metadata.Parameters
            .Where(p => p.IsRequired && !p.IsDeprecated && p.Default is null
                && p.Name is not ("action" or "plug" or "port"))
            .ToDictionary(p => p.Name, _ => "1");
        given["pcmk_host_map"] = "n1:7";
        FenceDevice device = FenceDevice.Read("d", agent, given);
        if (FenceDeviceCheck.Check(device, metadata) is [var problem, ..])
            return problem;
        given["no_such_parameter"] = "1";
        if (FenceDeviceCheck.Check(FenceDevice.Read("d", agent, given), metadata).Length == 0)
            return "a parameter that it hasn't got isn't noticed";
        return FenceTargeting.For(
            device, metadata.Abilities(), "n1", null,
            ListOutcome.NotFailed) is DeviceReach.Reachable(var arguments)
            && (arguments.ContainsValue("7") || arguments.ContainsKey("nodename")
                || !metadata.Takes("plug"))
            ? null
            : "isn't told the plug";
    }

    [Fact]
    public async Task A_redfish_controller_is_switched()
    {
        Fixture.Need(
            File.Exists("/usr/sbin/fence_redfish") && File.Exists("/usr/bin/openssl"),
            "fence-agents and openssl");
        string state = Path.Combine(_folder, "power");
        await File.WriteAllTextAsync(state, "on\n", Cancel);
        string certificate = Path.Combine(_folder, "both.pem");
        using (Process openssl = Process.Start(new ProcessStartInfo("/usr/bin/openssl",
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-keyout", certificate + ".key",
                "-out", certificate + ".crt"]) { RedirectStandardError = true })!)
            await openssl.WaitForExitAsync(Cancel);
        await File.WriteAllTextAsync(
            certificate,
                await File.ReadAllTextAsync(certificate + ".key", Cancel)
                + await File.ReadAllTextAsync(certificate + ".crt", Cancel),
            Cancel);
        Process server = Start(
            Path.Combine(AppContext.BaseDirectory, "fence", "redfish-switch"), certificate, state);
        string port = (await server.StandardOutput.ReadLineAsync(Cancel))!;
        await SwitchAsync(
            "fence_redfish", state, ("ip", "127.0.0.1"), ("ipport", port), ("username", "u"),
            ("password", "geheim"),
            ("ssl_insecure", "1"), ("systems_uri", "/redfish/v1/Systems/1"));
    }

    [Fact]
    public async Task A_management_controller_is_switched_over_ipmi()
    {
        Fixture.Need(
            File.Exists("/usr/bin/ipmi_sim") && File.Exists("/usr/bin/ipmitool"), "openipmi and ipmitool");
        string state = Path.Combine(_folder, "power");
        await File.WriteAllTextAsync(state, "on\n", Cancel);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "fence", "ipmi-chassis"),
            Path.Combine(_folder, "ipmi-chassis"));
        string port = FreePort().ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Path.Combine(_folder, "lan.conf"), $"""
            name "sim"
            set_working_mc 0x20
              startlan 1
                addr 127.0.0.1 {port}
                priv_limit admin
                allowed_auths_admin none md2 md5 straight
                guid a123456789abcdefa123456789abcdef
              endlan
              chassis_control "{_folder}/ipmi-chassis"
              user 2 true "ipmiusr" "geheim" admin 10 none md2 md5 straight

            """, Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "sim.emu"), """
            mc_setbmc 0x20
            mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
            sel_enable 0x20 1000 0x0a
            mc_enable 0x20

            """, Cancel);
        Start("/usr/bin/ipmi_sim", "-c", Path.Combine(_folder, "lan.conf"), "-f",
            Path.Combine(_folder, "sim.emu"), "-n", "-s", _folder);
        await SwitchAsync(
            "fence_ipmilan", state, ("ip", "127.0.0.1"), ("ipport", port), ("username", "ipmiusr"),
            ("password", "geheim"), ("power_wait", "0"));
    }

    // Asked, switched off, asked, switched on, asked: as fencing does it.
    private async Task SwitchAsync(
        string agent, string state, params (string Name, string Value)[] parameters)
    {
        FenceOperations fences = new(_spawner, new AgentSettings());
        OperationSpec operation = new(
            Fixture.NewId(), AgentKind.Fence, "d", "stonith", null, agent, "status",
            parameters.Append(("pcmk_host_map", "n1:1")).ToImmutableSortedDictionary(
                p => p.Item1, p => p.Item2, StringComparer.Ordinal),
            ImmutableSortedDictionary<string, string>.Empty.Add(FenceDevice.TargetMeta, "n1"),
                TimeSpan.FromSeconds(60), 0);
        foreach ((string action, int code, string after) in
            new[] { ("monitor", 0, "on"), ("status", 0, "on"), ("off", 0, "off"),
                ("status", FenceDevice.StatusOff, "off"), ("on", 0, "on") })
        {
            OperationOutcome outcome = await fences.RunAsync(
                operation with { OperationId = Fixture.NewId(), Action = action }, null, Cancel);
            Assert.True(outcome.Status == OperationStatus.Done && outcome.ReturnCode == code,
                $"{action}: {outcome}");
            Assert.Equal(after, (await File.ReadAllTextAsync(state, Cancel)).Trim());
            Assert.DoesNotContain("geheim", outcome.ToString(), StringComparison.Ordinal);
        }
    }

    private Process Start(string program, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = _folder,
        })!;
        _running.Add(process);
        return process;
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
