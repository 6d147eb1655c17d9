using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Truce.Agents.Bench.Tracing;

/// <summary>Something outside of the resource that an action touched.</summary>
/// <param name="Kind">Which rule it breaks.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Program">The program that did it.</param>
/// <param name="Target">What it touched first.</param>
/// <param name="Count">How many such calls.</param>
/// <param name="Why">What can happen.</param>
/// <param name="Place">The line of the script; null: not known.</param>
internal sealed record Intrusion(
    IntrusionKind Kind, Verdict Verdict, string Program, string Target, int Count, string Why,
        ScriptPlace? Place);

/// <summary>The rules about what a stop may not touch.</summary>
internal enum IntrusionKind
{
    /// <summary>A file system of another resource.</summary>
    Neighbour,

    /// <summary>The resource's own disk, asked for its state before it has to be.</summary>
    OwnDisk,

    /// <summary>Every block device.</summary>
    AllDevices,

    /// <summary>The network.</summary>
    Network,

    /// <summary>A service of the system.</summary>
    Service,

    /// <summary>What every process of the machine has open.</summary>
    OpenFiles,
}

/// <summary>What belongs to the resource or to everybody.</summary>
/// <param name="NeighbourMounts">File systems that aren't its own.</param>
/// <param name="Addresses">Network addresses that are its own: parameters, and what start connects
/// to.</param>
internal sealed record OwnThings(ImmutableArray<string> NeighbourMounts, ImmutableHashSet<string> Addresses);

/// <summary>Judges a traced stop: whatever it asks of other file systems, devices, hosts and services can
/// keep it waiting when those hang, though its own resource could be stopped.</summary>
internal static class Trespass
{
    private const int NameServerPort = 53;
    private static readonly string[] s_asksState = ["statfs", "statfs64", "fstatfs", "fstatfs64"];

    private static readonly string[] s_pseudo = ["/proc", "/sys", "/dev", "/selinux"];

    // They have to: what they do is to unmount, or to remove.
    private static readonly ImmutableHashSet<string> s_mayAskState =
        ["umount", "mount", "rm", "find", "systemctl"];

    private static readonly ImmutableHashSet<string> s_allDevices =
        ["/sys/block", "/sys/class/block", "/sys/dev/block", "/proc/partitions", "/dev/disk", "/dev/mapper"];

    private static readonly string[] s_services =
        ["/run/dbus/", "/var/run/dbus/", "/run/systemd/", "/run/udev/"];

    /// <summary>All that the steps touch and shouldn't, the worst first; one for each rule and
    /// program.</summary>
    public static ImmutableArray<Intrusion> Find(ImmutableArray<TraceStep> steps, OwnThings own) =>
    [
        .. steps.Select(s => Judge(s, own)).OfType<Intrusion>()
            .GroupBy(i => (i.Kind, i.Program, i.Place?.File, i.Place?.Line))
            .Select(g => g.First() with { Count = g.Count() })
            .OrderByDescending(i => i.Verdict == Verdict.Condemned).ThenBy(i => i.Kind),
    ];

    private static Intrusion? Judge(TraceStep step, OwnThings own)
    {
        if (step.Event.Error is "ENOENT" or "ENOTDIR")
            return null;
        return step.Event.Call is "connect" or "sendto" ? JudgeConnection(step, own) : JudgePath(step, own);
    }

    private static Intrusion? JudgePath(TraceStep step, OwnThings own)
    {
        if (step.Event.Path is not { } path)
            return null;
        string program = Name(step.Program);
        if (own.NeighbourMounts.FirstOrDefault(m => IsIn(path, m)) is { } mount)
            return Found(step, IntrusionKind.Neighbour, Verdict.Condemned, mount,
                "that is a file system of something else: if it hangs, so does this stop");
        if (s_asksState.Contains(step.Event.Call) && !s_pseudo.Any(p => IsIn(path, p))
            && !s_mayAskState.Contains(program))
            return Found(step, IntrusionKind.OwnDisk, Verdict.Condemned, path,
                "it asks the disk for its state: a busy or dead disk doesn't answer; "
                + "/proc/mounts knows what is mounted, from memory");
        if (s_allDevices.Contains(path) && step.Event.Call.StartsWith("open", StringComparison.Ordinal))
            return Found(step, IntrusionKind.AllDevices, Verdict.Condemned, path,
                "it goes through every block device: one that hangs holds this stop up");
        return IsForeignProcess(step.Event, path)
            ? Found(step, IntrusionKind.OpenFiles, Verdict.Advised, path,
                "it looks at what every process has open: one on a hung file system holds this stop up")
            : null;
    }

    private static Intrusion? JudgeConnection(TraceStep step, OwnThings own)
    {
        if (Address(step.Event) is { } to)
        {
            if (to.Port == NameServerPort)
                return Found(step, IntrusionKind.Network, Verdict.Condemned, $"name server {to.Host}",
                    "a name server that doesn't answer holds this stop up for its timeout");
            if (!IsOwn(to.Host) && !own.Addresses.Contains(to.Host))
                return Found(step, IntrusionKind.Network, Verdict.Condemned, to.Host,
                    "it depends on another host, which may be down");
            return null;
        }

        string? socket = step.Event.Quoted(0);
        return step.Event.Call == "connect" && socket is not null
            && s_services.Any(s => socket.StartsWith(s, StringComparison.Ordinal))
                ? Found(step, IntrusionKind.Service, Verdict.Advised, socket,
                    "it depends on a service of the system, which may be down or slow")
                : null;
    }

    private static Intrusion Found(TraceStep step, IntrusionKind kind, Verdict verdict, string target,
        string why) =>
        new(kind, verdict, Name(step.Program), target, 1, why, step.Place);

    private static bool IsForeignProcess(TraceEvent one, string path)
    {
        string[] parts = path.Split('/');
        return parts is ["", "proc", var id, "cwd" or "root" or "fd" or "maps" or "map_files", ..]
            && int.TryParse(id, CultureInfo.InvariantCulture, out int process) && process != one.Process
            && one.Call is not ("readlink" or "readlinkat");
    }

    // {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.9")}, and inet_pton(AF_INET6, "…").
    private static (string Host, int Port)? Address(TraceEvent one)
    {
        const string Port = "_port=htons(";
        int port = one.Arguments.IndexOf(Port, StringComparison.Ordinal);
        if (one.Call is not ("connect" or "sendto") || port < 0)
            return null;
        int end = one.Arguments.IndexOf(')', port);
        int address = one.Arguments.IndexOf("inet_", port, StringComparison.Ordinal);
        string? host = address < 0 ? null : one.Quoted(address);
        return host is not null && int.TryParse(
            one.Arguments.AsSpan(port + Port.Length, end - port - Port.Length), CultureInfo.InvariantCulture,
                out int number)
                ? (host, number)
                : null;
    }

    private static bool IsOwn(string host) => host is Hosts.HostScript.Address
        || (IPAddress.TryParse(host, out IPAddress? address)
            && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any)
                || address.Equals(IPAddress.IPv6Any)));

    private static bool IsIn(string path, string folder) => path == folder
        || (path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length
            && path[folder.Length] == '/');

    private static string Name(string program) => Path.GetFileName(program);
}
