using System.Globalization;
using System.Text;

namespace Truce.Lab.Hosts;

/// <summary>
/// The shell script that makes a host of fresh namespaces, before anything of the node runs: its network, its
/// own view of the file system, and the masks that keep a bug in a node from reaching the machine (sysrq,
/// block devices, kernel settings, the file system below /). It is left in the node's folder, to be read.
/// </summary>
internal sealed class SetupScript(LabPaths lab, LabDefinition definition, LabNode node, Boot boot)
{
    /// <summary>Folders of the machine that a node may write to: changes go to the node's own disk.</summary>
    private static readonly string[] s_overlaid =
        ["etc", "root", "srv", "home", "opt", "usr/local", "var/lib", "var/cache", "var/spool", "var/www"];

    /// <summary>Folders that start empty on every node's disk, whatever the machine has there.</summary>
    private static readonly string[] s_own =
        ["etc/truce", "etc/corosync", "var/lib/truce", "var/lib/corosync", "var/lib/pacemaker", "var/log",
            "var/tmp"];

    private const string AgentsRoot = "/usr/lib/ocf/resource.d";
    private const string OwnDisk = "/run/lab/disk";

    private static readonly string[] s_devices =
        ["null", "zero", "full", "random", "urandom", "tty", "fuse", "net/tun", "loop-control"];

    private readonly NodePaths _paths = lab.Node(node.Name);
    private readonly StringBuilder _text = new();

    /// <summary>The name of the machine-side end of a node's link.</summary>
    public static string PortName(LabNode node, int link) =>
        string.Create(CultureInfo.InvariantCulture, $"{node.Name}l{link}");

    /// <summary>The name of the switch of a link.</summary>
    public static string BridgeName(int link) => string.Create(CultureInfo.InvariantCulture, $"link{link}");

    /// <summary>The host's own folders on its disk.</summary>
    public static IEnumerable<string> OwnFolders => s_own.Select(OnDisk);

    /// <summary>Where a folder of the host lies on its disk.</summary>
    public static string OnDisk(string folder) => folder.Replace('/', '-');

    /// <summary>The script: first a cgroup and its namespace, then the rest.</summary>
    /// <param name="cgroup">The node's cgroup as the keeper sees it; null without one.</param>
    /// <param name="disks">Shared disks: name and this node's loop device.</param>
    public string Render(string? cgroup, IReadOnlyDictionary<string, string> disks)
    {
        _text.Append("#!/bin/sh -eu\n# How this host was made; generated at each boot.\n");
        if (cgroup is not null)
        {
            Line($"if [ \"${{1-}}\" != inside ]; then echo 0 >{cgroup}/cgroup.procs; exec unshare -C sh -eu \"$0\" inside; fi");
        }

        Line("mount --make-rprivate /");
        Network();
        Run();
        Devices(disks);
        OwnView();
        Kernel(cgroup);
        if (definition.Engine == LabEngine.Corosync)
            Systemd();
        HideMachine();
        Line("echo ready");
        Line("cd /");
        Line(Start());
        return _text.ToString();
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    // The old /proc is still mounted: its process 1 is the lab's, in whose network the switches are.
    private void Network()
    {
        Line("ip -batch - <<'END'");
        Line("link set lo up");
        for (int link = 0; link < definition.Links; link++)
        {
            Line($"link add eth{link} address 02:77:00:00:{link:x2}:{node.Number:x2} type veth"
                + $" peer name {PortName(node, link)} netns /proc/1/ns/net");
            Line($"addr add {LabDefinition.Address(link, node.Number)}/24 dev eth{link}");
            Line($"link set eth{link} up");
        }

        // Cuts are rules looked up before the table of local addresses (IHost.FilterAsync).
        Line("rule add pref 10 lookup local");
        Line("rule del pref 0");
        Line("END");
        Line("echo 0 >/proc/sys/net/ipv4/ip_early_demux");
        Line("nsenter --net=/proc/1/ns/net ip -batch - <<'END'");
        for (int link = 0; link < definition.Links; link++)
            Line($"link set {PortName(node, link)} master {BridgeName(link)} up");
        Line("END");
    }

    private void OwnView()
    {
        string option = definition.Isolation == Isolation.UserNamespaces ? ",userxattr" : "";
        foreach (string folder in s_overlaid.Where(f => Directory.Exists("/" + f)
            && !lab.Root.StartsWith($"/{f}/", StringComparison.Ordinal)))
        {
            string layer = $"{OwnDisk}/over/{OnDisk(folder)}";
            Line($"mkdir -p {layer}/up {layer}/aside");
            Line($"mount -t overlay -o lowerdir=/{folder},upperdir={layer}/up,workdir={layer}/aside{option} truce-lab /{folder}");
        }

        Line("mount -t tmpfs -o mode=1777 truce-lab /tmp");
        Line("mount -t tmpfs -o mode=0755 truce-lab /mnt");
        LogFolders();
        foreach (string folder in s_own)
        {
            Line($"[ -d /{folder} ] || mkdir -p /{folder}");
            Line($"mount --bind {OwnDisk}/{OnDisk(folder)} /{folder}");
        }

        Line($"mount --bind {OwnDisk}/hosts /etc/hosts");
        Line($"[ ! -e /etc/hostname ] || mount --bind {OwnDisk}/hostname /etc/hostname");
    }

    // Daemons of the machine's packages expect their folder below /var/log,
    // with its owner; no more is taken over.
    private void LogFolders()
    {
        Line("for d in /var/log/*/; do");
        Line($"  t={OwnDisk}/var-log/${{d#/var/log/}}");
        Line("  [ -d \"$t\" ] || { mkdir -p \"$t\"; chown --reference=\"$d\" \"$t\" || :; chmod --reference=\"$d\" \"$t\"; }");
        Line("done");
    }

    // A fresh /run, with what crosses the wall between node and lab in /run/lab and /run/truce. It comes
    // first: what is mounted later may hide the lab's folder.
    private void Run()
    {
        (string From, string To, string Mode)[] crossing =
        [
            (definition.Programs, "/run/lab/bin", "ro"), (_paths.Port, "/run/lab/port", "rw"),
            (lab.EngineFolder, "/run/lab/engine", "rw"), (lab.World, "/run/lab/world", "rw"),
            (lab.Agents, "/run/lab/agents", "ro"), (_paths.Run, "/run/truce", "rw"),
            (_paths.Disk, OwnDisk, "rw"),
        ];
        Line($"stage={_paths.Root}/stage; mkdir -p $stage; mount -t tmpfs -o mode=0755 truce-lab $stage");
        Line("mkdir -p $stage/lock $stage/resource-agents $stage/truce $stage/lab; chmod 1777 $stage/lock");
        foreach (var (from, to, mode) in crossing)
        {
            string target = to.Replace("/run/", "$stage/", StringComparison.Ordinal);
            Line($"mkdir -p {target}; mount --bind {Quote(from)} {target}");
            if (mode == "ro")
                Line($"mount -o remount,bind,ro {target}");
        }

        if (!DaemonIsOurs)
            Line($": >$stage/lab/daemon; mount --bind {Quote(definition.Daemon)} $stage/lab/daemon");
        Record();
        Line("mount -n --move $stage /run");
    }

    // The recording script takes the place of some agents; the real ones stay reachable for it.
    private void Record()
    {
        foreach (string provider in definition.Recorded.Select(r => Path.GetDirectoryName(r)!).Distinct())
            Line($"mkdir -p $stage/lab/real/{provider}; mount --bind {AgentsRoot}/{provider} $stage/lab/real/{provider}");
        foreach (string agent in definition.Recorded)
            Line($"mount --bind {Quote(Path.Combine(definition.Programs, "truce-lab-record"))} {AgentsRoot}/{agent}");
    }

    // Its own /dev: no disk of the machine is in it.
    private void Devices(IReadOnlyDictionary<string, string> disks)
    {
        Line($"dev={_paths.Root}/dev; mkdir -p $dev; mount -t tmpfs -o mode=0755 truce-lab $dev");
        Line("mkdir -p $dev/net $dev/pts $dev/shm $dev/lab $dev/mqueue");
        foreach (string device in s_devices)
            Line($"[ ! -e /dev/{device} ] || {{ : >$dev/{device}; mount --bind /dev/{device} $dev/{device}; }}");
        // A node of its own, not a mount: agents that unmount what lies on a device would unmount the device.
        foreach (var (name, loop) in disks)
            Line($"cp -a {loop} $dev/lab/{name}");
        Line("mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 truce-lab $dev/pts");
        Line("mount -t tmpfs -o mode=1777 truce-lab $dev/shm");
        Line("ln -s /proc/self/fd $dev/fd; ln -s fd/0 $dev/stdin; ln -s fd/1 $dev/stdout; ln -s fd/2 $dev/stderr");
        Line("ln -s pts/ptmx $dev/ptmx");
        Line("mount -n --move $dev /dev");
    }

    private void Kernel(string? cgroup)
    {
        Line("mount -t proc -o nosuid,nodev,noexec truce-lab /proc");
        // The local engine is refused across machines and knows a machine
        // by its kernel's boot id: that stays.
        if (definition.Engine != LabEngine.Local)
            Line($"mount --bind {OwnDisk}/boot_id /proc/sys/kernel/random/boot_id");
        Line("for f in /proc/sysrq-trigger /proc/kcore /proc/kmsg; do [ ! -e $f ] || mount --bind /dev/null $f; done");
        // Kernel settings belong to the machine; those of the network are the host's own.
        Line("mount --bind /proc/sys/net /proc/sys/net");
        Line("mount --rbind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys");
        Line("mount -t sysfs -o ro,nosuid,nodev,noexec truce-lab /sys");
        if (cgroup is not null)
            Line("mount -t cgroup2 truce-lab /sys/fs/cgroup");
    }

    private void HideMachine()
    {
        Line($"umount {OwnDisk}");
        Line($"[ ! -d {lab.Root} ] || mount -t tmpfs -o ro truce-lab {lab.Root}");
        Line("mount -o remount,bind,ro /");
    }

    private void Systemd()
    {
        Line($"mkdir -p {SystemdHost.EntryCgroup}");
        foreach (string line in Host().Prepare())
            Line(line);
    }

    private SystemdHost Host() => new(node, DaemonProgram, DotnetRoot(), definition.Witness);

    private string DaemonProgram =>
        DaemonIsOurs ? "/run/lab/bin/" + Path.GetFileName(definition.Daemon) : "/run/lab/daemon";

    private string Start() => definition.Engine == LabEngine.Corosync ? Host().Start() : StartDaemon();

    private string StartDaemon() =>
        "exec env -i HOME=/root LANG=C.UTF-8 PATH=/run/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        + DotnetRoot()
        + $" DOTNET_EnableDiagnostics=0 TRUCE_LAB_NODE={node.Name} TRUCE_LAB_BOOT={boot.Incarnation}"
        + $" /run/lab/bin/truce-lab-init --hostname {node.Name} --drop-capabilities --respawn --output /var/log/truced.out"
        + $" -- {DaemonProgram} --config /etc/truce/truce.conf";

    private bool DaemonIsOurs =>
        Path.GetDirectoryName(definition.Daemon) == Path.TrimEndingDirectorySeparator(definition.Programs);

    private static string Quote(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Programs built for development find the runtime by this.
    private static string DotnetRoot() =>
        Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? $" DOTNET_ROOT={root}"
            : "";
}
