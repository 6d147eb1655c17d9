using System.Diagnostics;
using System.Globalization;
using Truce.Lab.Hosts;

namespace Truce.Lab;

/// <summary>How a command gets into a node: into all its namespaces and its cgroup,
/// without what its init gave up.</summary>
internal static class NodeEntry
{
    private const string SearchPath =
        "/run/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>A command on a node.</summary>
    public static ProcessStartInfo ForNode(LabStatus status, LabNodeStatus node, LabPaths lab,
        IReadOnlyList<string> command)
    {
        if (status.Isolation == Isolation.Processes)
            return InPlace(node, lab, command);
        bool hasCgroup = status.Isolation == Isolation.Hosts && Cgroups.Find(lab) is not null;
        string root = status.Engine == LabEngine.Corosync ? SystemdHost.EntryCgroup : "/sys/fs/cgroup";
        string[] cgroup = hasCgroup ? ["--cgroup", root + "/cgroup.procs"] : [];
        string[] space = hasCgroup ? ["-C"] : [];
        return new ProcessStartInfo("nsenter",
        [
            "-t", Text(node.Pid!.Value), .. User(status), "-m", "-u", "-i", "-n", "-p", .. space, "--",
            "env", "-i", "HOME=/root", "LANG=C.UTF-8", "OCF_ROOT=/usr/lib/ocf", $"PATH={SearchPath}",
            $"TERM={Environment.GetEnvironmentVariable("TERM") ?? "dumb"}", $"TRUCE_LAB_NODE={node.Name}",
            .. Dotnet(),
            "/run/lab/bin/truce-lab-init", "--exec", "--drop-capabilities", .. cgroup, "--", .. command,
        ]);
    }

    /// <summary>A command outside the nodes, on their network. It carries the lab's mark, by
    /// which lab down finds it.</summary>
    public static ProcessStartInfo ForClient(LabStatus status, LabPaths lab, IReadOnlyList<string> command)
    {
        // The root process stays in the machine's network; its child has the lab's.
        int inside = ProcessTable.ChildrenOf(LabRoot.Find(lab) ?? 0).FirstOrDefault();
        ProcessStartInfo start = status.Isolation == Isolation.Processes
            ? new ProcessStartInfo(command[0], command.Skip(1))
            : new ProcessStartInfo("nsenter", ["-t", Text(inside), .. User(status), "-n", "--", .. command]);
        start.Environment[ProcessHosts.Marker] = ProcessHosts.MarkOf(lab, LabDefinition.Client);
        return start;
    }

    private static ProcessStartInfo InPlace(LabNodeStatus node, LabPaths lab, IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1));
        start.Environment["TRUCE_LAB_NODE"] = node.Name;
        start.Environment[ProcessHosts.Marker] = ProcessHosts.MarkOf(lab, node.Name);
        start.Environment["TRUCE_LAB_POWER"] = lab.Node(node.Name).PowerSocket;
        start.Environment["TRUCE_SOCKET"] = Path.Combine(lab.Node(node.Name).Run, "api.sock");
        return start;
    }

    private static string[] User(LabStatus status) =>
        status.Isolation == Isolation.UserNamespaces ? ["-U", "--preserve-credentials"] : [];

    private static string[] Dotnet() =>
        Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? [$"DOTNET_ROOT={root}"]
            : [];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Translates the keeper's process ids to those of the machine outside.</summary>
internal sealed class HostProcesses(Isolation isolation, int? root)
{
    private readonly Lazy<Dictionary<int, int>> _outside = new(() => Outside(root));

    /// <summary>The node with the process id and network namespace that hold outside.</summary>
    public LabNodeStatus Translate(LabNodeStatus node)
    {
        if (node.Pid is not { } inside || isolation == Isolation.Processes)
            return node;
        int? outside = _outside.Value.TryGetValue(inside, out int found) ? found : null;
        return node with
        {
            Pid = outside,
            Netns = outside is null ? null
                : string.Create(CultureInfo.InvariantCulture, $"/proc/{outside}/ns/net"),
        };
    }

    // A node's first process has three numbers: outside, to the keeper, and 1 to itself.
    private static Dictionary<int, int> Outside(int? root) =>
        ProcessTable.DescendantsOf(root ?? 0)
            .Select(e => ProcessTable.NamespaceIds(e.Id))
            .Where(ids => ids is [.., _, _, 1])
            .ToDictionary(ids => ids[^2], ids => ids[^3]);
}
