using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>
/// What runs once is never started while it is active elsewhere, and nothing of a lost node before
/// that is fenced (promises S1 and S2).
/// </summary>
internal static class ActiveElsewhereRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        foreach (CheckedAction start in graph.Actions)
        {
            if (start is not { Kind: "rsc_op", Operation: OperationNames.Start or OperationNames.MigrateFrom,
                Node: { } target, Resource: { } id })
                continue;
            if (cluster.Find(id) is not { Configured: Resource.Primitive, Multiple: null } resource)
                continue;
            foreach (NodeId other in cluster.Nodes)
            {
                if (other != target && cluster.Activity(id, other) == CheckedActivity.Active)
                    CheckOther(cluster, graph, start, resource, other, findings);
            }
        }
    }

    private static void CheckOther(
        CheckedCluster cluster,
        CheckedGraph graph,
        CheckedAction start,
        CheckedResource resource,
        NodeId other,
        List<PlanFinding> findings)
    {
        NodeId target = start.Node!.Value;
        bool fenced = graph.Actions.Any(a => a.TakesNodeDown && a.Node == other && graph.Precedes(a, start));
        if (CertainlyRuns(cluster, graph, other) && !fenced && !IsReleased(graph, start, other))
            findings.Add(new PlanFinding.StillActive(start.Resource!, target, other));
        else if (resource.Requires == Prerequisite.Fencing && cluster.FencingEnabled && !fenced
            && cluster.IsMember(other) && cluster.IsLost(other))
            findings.Add(new PlanFinding.NotFenced(start.Resource!, target, other));
    }

    // A remote node or guest runs if its connection does; one that is being
    // stopped takes what it hosts along.
    private static bool CertainlyRuns(CheckedCluster cluster, CheckedGraph graph, NodeId node) =>
        cluster.IsOnline(node)
        || (!graph.Actions.Any(a => a.Operation == OperationNames.Stop && a.Instance == node.Value)
            && cluster.Nodes.Any(n => cluster.IsOnline(n)
                && cluster.Activity(node.Value, n) == CheckedActivity.Active
                && !graph.Actions.Any(a => a.TakesNodeDown && a.Node == n)));

    private static bool IsReleased(CheckedGraph graph, CheckedAction start, NodeId other)
    {
        string release = start.Operation == OperationNames.MigrateFrom ? OperationNames.MigrateTo
            : OperationNames.Stop;
        return graph.Actions.Any(a =>
            a.Operation == release && a.Instance == start.Instance && (a.Node ?? other) == other && graph.Precedes(a, start));
    }
}
