using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>Operations go only to nodes that can execute them, and starts
/// only to nodes that may host.</summary>
internal static class NodeRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        foreach (CheckedAction action in graph.Actions)
        {
            if (action.Kind != "rsc_op" || action.Node is not { } node)
                continue;
            if (Obstacle(cluster, graph, action, node) is { } why)
                findings.Add(new PlanFinding.UnableNode(action.Key, node, why));
        }
    }

    private static string? Obstacle(CheckedCluster cluster, CheckedGraph graph, CheckedAction action, NodeId node)
    {
        NodeId executor = action.Router ?? node;
        if (cluster.IsMember(executor) && cluster.IsOffline(executor))
            return executor == node ? "isn't there" : $"is reached through {executor}, which doesn't exist";
        if (action.Router is null && !cluster.IsMember(node) && !cluster.Nodes.Contains(node))
            return "is unknown";
        if (action.Operation is OperationNames.Start or OperationNames.MigrateFrom && cluster.IsStandby(node))
            return "is on standby";
        return FencedBefore(graph, action, node) ? "is fenced first" : null;
    }

    // A node that was fenced doesn't come back within the transition. (Unfencing is no fencing.)
    private static bool FencedBefore(CheckedGraph graph, CheckedAction action, NodeId node) =>
        action.Router is null && graph.Actions.Any(a => a.TakesNodeDown && a.Node == node && graph.Precedes(a, action));
}
