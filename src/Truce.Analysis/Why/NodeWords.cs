using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>Why a node takes nothing.</summary>
internal sealed class NodeWords(Picture picture)
{
    /// <summary>The clause; null: it takes resources.</summary>
    public Clause? Unavailable(NodeId id)
    {
        if (picture.Node(id) is not { } node)
            return new Clause($"{id} isn't known to the cluster");
        if (picture.Options.Quarantined.Contains(id))
            return new Clause($"{id} is quarantined", $"truce fence release {id}");
        if (picture.Fencing(id) is { } fence)
            return new Clause($"{id} must be fenced first{Because(fence)}");
        if (node.Unclean)
            return new Clause($"{id} is unclean: what runs there isn't known until it has been fenced");
        if (!node.Online)
            return Offline(node);
        if (node.Pending)
            return new Clause($"{id} is still joining");
        if (node.Shutdown)
            return new Clause($"{id} is leaving the cluster", $"start Truce on {id} again");
        if (node.StandbyOnFail)
            return new Clause(
                $"{id} is in standby since an operation failed there (on-fail=standby)",
                "truce resource cleanup of what failed");
        if (node.Standby)
            return new Clause($"{id} is in standby", $"truce node online {id}");
        return node.Maintenance ? new Clause($"{id} is in maintenance", $"truce node ready {id}") : null;
    }

    /// <summary>Why a fencing is planned, led in by a colon.</summary>
    public static string Because(Decision.Fence fence) => fence.Reason is { } reason ? $": {reason}" : "";

    private Clause Offline(NodeStatus node) => node switch
    {
        { Kind: NodeKind.Cluster }
            when picture.Departures.FirstOrDefault(d => d.Node == node.Name) is { } left => new Clause(
                $"{node.Name} is offline: {left.Reason}", left.Remedy),
        { Kind: NodeKind.Guest } => new Clause($"the guest {node.Name} isn't up"),
        { Kind: NodeKind.Remote } => new Clause($"the connection to {node.Name} isn't up"),
        { Unseen: true } => new Clause($"{node.Name} hasn't been seen yet", $"start Truce on {node.Name}"),
        _ => new Clause($"{node.Name} is offline", $"start Truce on {node.Name}"),
    };
}
