using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>
/// Groups and mandatory orders between resources that run once are kept. Orders with clones
/// are the scheduler's to interpret (interleaving, one-or-more); the order of their own
/// pseudo actions is not checked here.
/// </summary>
internal static class OrderRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        foreach (CheckedResource group in cluster.Resources.Where(r => r.Configured is Resource.Group))
            CheckGroup(group, graph, findings);
        foreach (Constraint constraint in cluster.Cib.Configuration.Constraints)
        {
            if (constraint is Constraint.Ordering order && order.Lifetime.IsEmpty && IsMandatory(order))
                CheckPair(cluster, graph, order, findings);
        }
    }

    private static bool IsMandatory(Constraint.Ordering order) =>
        order.Kind == OrderKind.Mandatory || (order.Kind is null && (order.Score is null || order.Score.Value.Value > 0));

    private static void CheckGroup(CheckedResource group, CheckedGraph graph, List<PlanFinding> findings)
    {
        if (group.Multiple is not null || CibBoolean.Parse(group.Meta("ordered").Value) == false || !group.Meta("ordered").Known)
            return;
        for (int i = 1; i < group.Members.Count; i++)
        {
            CheckActions(graph, group.Id, group.Members[i - 1], OperationNames.Start, group.Members[i],
                OperationNames.Start, findings);
            CheckActions(graph, group.Id, group.Members[i], OperationNames.Stop, group.Members[i - 1],
                OperationNames.Stop, findings);
        }
    }

    private static void CheckPair(
        CheckedCluster cluster, CheckedGraph graph, Constraint.Ordering order, List<PlanFinding> findings)
    {
        if (Single(cluster, order.First) is not { } first || Single(cluster, order.Then) is not { } then)
            return;
        OrderAction firstAction = order.FirstAction ?? OrderAction.Start;
        if (firstAction != OrderAction.Start || (order.ThenAction ?? firstAction) != OrderAction.Start)
            return;
        foreach (CheckedResource one in first.Primitives)
        {
            foreach (CheckedResource other in then.Primitives)
            {
                CheckActions(graph, order.Id, one, OperationNames.Start, other, OperationNames.Start,
                    findings);
                if (order.Symmetrical != false)
                    CheckActions(graph, order.Id, other, OperationNames.Stop, one, OperationNames.Stop,
                        findings);
            }
        }
    }

    private static CheckedResource? Single(CheckedCluster cluster, ResourceId? id) =>
        cluster.Find(id?.Value) is { Multiple: null, Configured: Resource.Primitive or Resource.Group } found
            && found.Id == id?.Value
            ? found
            : null;

    private static void CheckActions(
        CheckedGraph graph,
        string constraint,
        CheckedResource first,
        string firstOperation,
        CheckedResource then,
        string thenOperation,
        List<PlanFinding> findings)
    {
        foreach (CheckedAction later in Actions(graph, then, thenOperation))
        {
            foreach (CheckedAction earlier in Actions(graph, first, firstOperation))
            {
                if (!graph.Precedes(earlier, later))
                    findings.Add(new PlanFinding.OrderBroken(constraint, earlier.ToString(), later.ToString()));
            }
        }
    }

    private static IEnumerable<CheckedAction> Actions(CheckedGraph graph, CheckedResource resource, string operation) =>
        graph.Actions.Where(a => a.Kind == "rsc_op" && a.Operation == operation && a.Resource == resource.Id);
}
