using System.Globalization;

namespace Truce.Lab.Tests;

/// <summary>Nodes as hosts of their own: what they have, what they can't reach, and how they lose their
/// power.</summary>
public sealed class HostTests(RunningLab running) : IClassFixture<RunningLab>
{
    // Says on one node what it hears, on UDP, for two seconds.
    private const string Listen =
        "perl -MIO::Socket::INET -e 'my $s=IO::Socket::INET->new(LocalPort=>7000,Proto=>\"udp\");"
        + "$SIG{ALRM}=sub{exit}; alarm 2; while($s->recv(my $m,99)){print $m; $|=1}'";

    private readonly TruceLab _lab = running.Lab;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_has_its_own_name_network_processes_and_files()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1", "n2");
        Assert.Equal("n1", await ShellAsync("n1", "hostname"));
        Assert.Contains("10.77.0.2/24", await ShellAsync("n2", "ip -brief address show eth0"),
            StringComparison.Ordinal);
        Assert.Contains("truce-lab-init", await ShellAsync("n1", "tr '\\0' ' ' </proc/1/cmdline"),
            StringComparison.Ordinal);
        // The machine may have a file of any ordinary name already.
        string name = $"lab-test-{Guid.NewGuid():N}";
        string[] folders = ["/etc/truce", "/var/lib/truce", "/run", "/tmp"];
        string[] files = [.. folders.Select(f => $"{f}/{name}")];
        await ShellAsync("n1", "touch " + string.Join(' ', files));
        await ShellAsync("n2", string.Join(" && ", files.Select(f => $"[ ! -e {f} ]")));
        Assert.DoesNotContain(files, File.Exists);
    }

    [Theory]
    [InlineData("touch /x")]
    [InlineData("touch /usr/x")]
    [InlineData("echo 1 >/proc/sys/kernel/panic")]
    [InlineData("echo b >/proc/sysrq-trigger && [ -s /proc/sysrq-trigger ]")]
    [InlineData("date -s 2001-01-01")]
    [InlineData("[ -e /dev/vda ] || [ -e /dev/sda ] || [ -e /dev/watchdog ] || [ -e /dev/mem ]")]
    [InlineData("reboot -f || perl -e 'exit(syscall(169,0xfee1dead,672274793,0x1234567,0) != 0)'")]
    [InlineData("ls /sys/power && echo mem >/sys/power/state")]
    public async Task A_node_can_not_reach_the_machine(string attempt)
    {
        RunningLab.NeedRoot();
        await OnAsync("n1");
        (int code, _) = await TryShellAsync("n1", attempt);
        Assert.NotEqual(0, code);
        Assert.Equal("on", (await StatusAsync("n1")).Power);
    }

    [Fact]
    public async Task What_a_node_writes_to_etc_stays_on_its_own_disk_over_a_power_cut()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1");
        int before = (await StatusAsync("n1")).Incarnation;
        string kept = $"/etc/lab-test-{Guid.NewGuid():N}";
        await ShellAsync("n1", $"echo kept >{kept}; echo lost >/run/lost; sync");
        await _lab.KillAsync("n1", Cancel);
        await _lab.BootAsync("n1", Cancel);
        Assert.Equal("kept", await ShellAsync("n1", $"cat {kept}"));
        Assert.Equal("gone", await ShellAsync("n1", "[ -e /run/lost ] || echo gone"));
        Assert.Equal(before + 1, (await StatusAsync("n1")).Incarnation);
        Assert.False(File.Exists(kept));
    }

    [Fact]
    public async Task A_power_cut_ends_every_process_of_the_node_also_those_in_other_sessions()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1");
        int first = (await StatusAsync("n1")).Pid!.Value;
        string space = Hosts.ProcessTable.PidNamespace(first)!;
        await TicksGrowAsync("n1");
        Assert.True(Hosts.ProcessTable.All().Count(e => Hosts.ProcessTable.PidNamespace(e.Id) == space) > 2);
        await _lab.KillAsync("n1", Cancel);
        Assert.DoesNotContain(Hosts.ProcessTable.All(), e => Hosts.ProcessTable.PidNamespace(e.Id) == space);
    }

    [Fact]
    public async Task After_a_power_cut_nothing_more_is_written_to_the_shared_disk()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1", "n2");
        await ShellAsync("n1",
            "mount /dev/lab/shared /mnt && echo synced >/mnt/synced && sync && dd if=/dev/zero of=/mnt/late bs=64k count=40");
        Assert.Equal(0, await FenceAsync("n2", "off", "n1"));
        string image = Path.Combine(_lab.Paths.Disks, "shared.img");
        byte[] before = System.Security.Cryptography.SHA256.HashData(
            await File.ReadAllBytesAsync(image, Cancel));
        await Task.Delay(300, Cancel);
        Assert.Equal(before,
            System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(image, Cancel)));
        Assert.Equal("synced",
            await ShellAsync("n2", "mount /dev/lab/shared /mnt && cat /mnt/synced && umount /mnt"));
    }

    [Fact]
    public async Task The_fence_agent_tells_and_switches_power()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1", "n2");
        Assert.Equal(0, await FenceAsync("n2", "monitor", ""));
        Assert.Equal(0, await FenceAsync("n2", "status", "n1"));
        Assert.Equal(0, await FenceAsync("n2", "off", "n1"));
        Assert.Equal(2, await FenceAsync("n2", "status", "n1"));
        Assert.Equal(0, await FenceAsync("n2", "on", "n1"));
        Assert.Equal(1, await FenceAsync("n2", "off", "n9"));
        Assert.Equal(1, await FenceAsync("n2", "explode", "n1"));
        Assert.Equal("n1,\nn2,",
            await ShellAsync("n2", "echo action=list | /run/lab/port/sbin/fence_truce_lab"));
    }

    [Fact]
    public async Task A_one_way_cut_loses_one_direction_and_heal_brings_it_back()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1", "n2");
        await _lab.CutAsync(["n1"], ["n2"], null, oneWay: true, Cancel);
        Assert.Equal(["n1>n2"], (await _lab.StatusAsync(Cancel)).Cuts);
        Assert.Equal(("", "heard"), (await HeardAsync("n1", "n2"), await HeardAsync("n2", "n1")));
        await _lab.HealAsync(Cancel);
        Assert.Equal("heard", await HeardAsync("n1", "n2"));
    }

    [Fact]
    public async Task A_cut_outlasts_a_reboot_and_spares_the_client()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1", "n2");
        await _lab.CutAsync(["n1"], ["n2"], null, oneWay: false, Cancel);
        await _lab.KillAsync("n2", Cancel);
        await _lab.BootAsync("n2", Cancel);
        Assert.Equal(("", ""), (await HeardAsync("n1", "n2"), await HeardAsync("n2", "n1")));
        Assert.Equal("heard", await HeardAsync("client", "n2"));
        await _lab.HealAsync(Cancel);
    }

    [Fact]
    public async Task A_paused_node_stands_still_and_goes_on_when_thawed()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1");
        await TicksGrowAsync("n1");
        await _lab.PauseAsync("n1", Cancel);
        long then = Ticks("n1");
        await Task.Delay(200, Cancel);
        Assert.Equal(then, Ticks("n1"));
        await _lab.ThawAsync("n1", Cancel);
        await TicksGrowAsync("n1");
    }

    [Fact]
    public async Task A_paused_node_can_be_shot()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1", "n2");
        await _lab.PauseAsync("n1", Cancel);
        Assert.Equal(0, await FenceAsync("n2", "off", "n1"));
        Assert.Equal("off", (await StatusAsync("n1")).Power);
    }

    [Fact]
    public async Task A_host_whose_first_process_dies_is_off()
    {
        RunningLab.NeedRoot();
        await OnAsync("n1");
        _ = Native.Kill((await StatusAsync("n1")).Pid!.Value, Native.SignalKill);
        for (int i = 0; i < 300 && (await StatusAsync("n1")).Power == "on"; i++)
            await Task.Delay(10, Cancel);
        Assert.Equal("off", (await StatusAsync("n1")).Power);
    }

    private async Task OnAsync(params string[] nodes)
    {
        foreach (string node in nodes)
        {
            await _lab.KillAsync(node, Cancel);
            await _lab.BootAsync(node, Cancel);
        }
    }

    // The daemon that fake-truced left behind in a session of its own.
    private long Ticks(string node) =>
        new FileInfo(Path.Combine(_lab.Paths.Node(node).Disk, "var-log", "ticks")) is { Exists: true } ticks
            ? ticks.Length
            : 0;

    private async Task TicksGrowAsync(string node)
    {
        long then = Ticks(node);
        for (int i = 0; i < 1000 && Ticks(node) == then; i++)
            await Task.Delay(20, Cancel);
        Assert.True(Ticks(node) > then, $"{node}: nothing counts");
    }

    private async Task<LabNodeStatus> StatusAsync(string node) =>
        (await _lab.StatusAsync(Cancel)).Nodes.Single(n => n.Name == node);

    private Task<string> ShellAsync(string node, string line) => RunningLab.ShellAsync(_lab, node, line);

    private Task<(int Code, string Output)> TryShellAsync(string node, string line) =>
        RunningLab.TryShellAsync(_lab, node, line);

    private async Task<int> FenceAsync(string by, string action, string target) => (await TryShellAsync(by,
        $"printf 'action={action}\\nport={target}\\n' | /run/lab/port/sbin/fence_truce_lab")).Code;

    private async Task<string> HeardAsync(string from, string to)
    {
        string address = LabDefinition.Address(0, int.Parse(to[1..], CultureInfo.InvariantCulture));
        Task<string> listening = ShellAsync(to, Listen + " | head -c 5");
        string say = $"for i in 1 2 3 4 5 6; do echo -n heard >/dev/udp/{address}/7000; sleep 0.2; done 2>/dev/null";
        await ShellAsync(from, $"bash -c '{say}'");
        return await listening;
    }
}
