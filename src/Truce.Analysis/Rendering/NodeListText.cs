using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The node list of a cluster status: nodes in an unusual state one by
/// one, the others in lists.</summary>
internal static class NodeListText
{
    /// <summary>Writes the list; nothing where there are no nodes.</summary>
    public static void Write(TextWriter output, ClusterState cluster)
    {
        if (cluster.Nodes.IsEmpty)
            return;
        output.Write("  * Node List:\n");
        foreach (NodeStatus node in cluster.Nodes)
        {
            if (Unusual(node) is { } state)
                output.Write($"    * {Prefix(node.Kind)}Node {node.Name}: {state}\n");
        }

        WriteNames(output, "Online", cluster, NodeKind.Cluster, online: true);
        WriteNames(output, "OFFLINE", cluster, NodeKind.Cluster, online: false);
        WriteNames(output, "RemoteOnline", cluster, NodeKind.Remote, online: true);
        WriteNames(output, "RemoteOFFLINE", cluster, NodeKind.Remote, online: false);
        WriteNames(output, "GuestOnline", cluster, NodeKind.Guest, online: true);
        output.Write('\n');
    }

    private static void WriteNames(TextWriter output, string title, ClusterState cluster, NodeKind kind, bool online)
    {
        bool any = false;
        foreach (NodeStatus node in cluster.Nodes)
        {
            if (node.Kind != kind || node.Online != online || Unusual(node) is not null)
                continue;
            output.Write(any ? " " : $"    * {title}: [ ");
            output.Write(node.Name.Value);
            any = true;
        }

        if (any)
            output.Write(" ]\n");
    }

    private static string Prefix(NodeKind kind) => kind switch
    {
        NodeKind.Cluster => "",
        NodeKind.Remote => "Remote",
        NodeKind.Guest => "Guest",
    };

    private static string? Unusual(NodeStatus node)
    {
        string? state = State(node);
        string? health = Health(node.Health);
        return health is null ? state : $"{state ?? (node.Online ? "online" : "OFFLINE")} ({health})";
    }

    private static string? State(NodeStatus node)
    {
        if (node.Unclean)
            return node.Online ? "UNCLEAN (online)" : node.Pending ? "UNCLEAN (pending)" : "UNCLEAN (offline)";
        if (node.Pending)
            return "pending";
        if (node.StandbyOnFail && node.Online)
            return "standby (on-fail)";
        if (node.Standby)
            return Standby(node);
        if (node.Maintenance)
            return node.Online ? "maintenance" : "OFFLINE (maintenance)";
        return null;
    }

    private static string Standby(NodeStatus node) => !node.Online
        ? "OFFLINE (standby)"
        : node.RunningCount > 0 ? "standby (with active resources)" : "standby";

    private static string? Health(NodeHealth health) => health switch
    {
        NodeHealth.Green => null,
        NodeHealth.Yellow => "health is YELLOW",
        NodeHealth.Red => "health is RED",
    };
}
