using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>What the plan starts, it starts where bans and mandatory colocations allow.</summary>
internal static class PlacementRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        CheckedPlacement placement = new(cluster, graph);
        foreach (Constraint constraint in cluster.Cib.Configuration.Constraints)
        {
            if (!constraint.Lifetime.IsEmpty)
                continue;
            if (constraint is Constraint.Location { Score.IsMinusInfinity: true, Node: { } node, Resource: { } banned } l
                && l.Role is null or Role.Started or Role.Stopped)
                CheckBan(cluster, graph, l.Id, banned, node, findings);
            else if (constraint is Constraint.Colocation c)
                CheckColocation(cluster, graph, placement, c, findings);
        }
    }

    private static void CheckBan(
        CheckedCluster cluster, CheckedGraph graph, string id, ResourceId banned, NodeId node, List<PlanFinding> findings)
    {
        if (cluster.Find(banned.Value) is not { } resource || resource.Id != banned.Value)
            return;
        foreach (CheckedResource primitive in resource.Primitives)
        {
            foreach (CheckedAction start in Starts(graph, cluster, primitive).Where(a => a.Node == node))
                findings.Add(new PlanFinding.Banned(id, start.Resource!, node));
        }
    }

    private static void CheckColocation(
        CheckedCluster cluster,
        CheckedGraph graph,
        CheckedPlacement placement,
        Constraint.Colocation colocation,
        List<PlanFinding> findings)
    {
        bool together = colocation.Score is null or { IsInfinity: true };
        bool apart = colocation.Score is { IsMinusInfinity: true };
        if ((!together && !apart) || colocation.NodeAttribute is not null and not "#uname" || !colocation.Sets.IsEmpty
            || IsRole(colocation.Role) || IsRole(colocation.WithRole))
            return;
        if (Single(cluster, colocation.Resource) is not { } dependent || Single(cluster, colocation.WithResource) is not { } primary)
            return;
        foreach (CheckedAction start in dependent.Primitives.SelectMany(p => Starts(graph, cluster, p)))
        {
            if (placement.Disagrees(primary, start.Node!.Value, together))
                findings.Add(new PlanFinding.ColocationBroken(colocation.Id, start.Resource!, primary.Id, start.Node.Value));
        }
    }

    private static bool IsRole(Role? role) => role is Role.Promoted or Role.Unpromoted;

    private static CheckedResource? Single(CheckedCluster cluster, ResourceId? id) =>
        cluster.Find(id?.Value) is { Multiple: null } found && found.Id == id?.Value ? found : null;

    private static IEnumerable<CheckedAction> Starts(
        CheckedGraph graph, CheckedCluster cluster, CheckedResource primitive) =>
        graph.Actions.Where(a => a is { Kind: "rsc_op",
            Operation: OperationNames.Start or OperationNames.MigrateFrom, Node: not null }
            && a.Resource is not null && cluster.Find(a.Resource) == primitive);
}
