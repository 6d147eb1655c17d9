using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>The steps in the life of one instance come in their order, where
/// several are in one graph.</summary>
internal static class LifeRules
{
    public static void Check(CheckedGraph graph, List<PlanFinding> findings)
    {
        foreach (IGrouping<string, CheckedAction> instance in graph.Actions
            .Where(a => a.Instance is not null && !a.IsFence)
            .GroupBy(a => a.Instance!))
            CheckInstance(graph, [.. instance], findings);
    }

    private static void CheckInstance(CheckedGraph graph, CheckedAction[] actions, List<PlanFinding> findings)
    {
        foreach (CheckedAction later in actions)
        {
            foreach (CheckedAction earlier in actions)
            {
                if (earlier != later && MustPrecede(earlier, later) && !graph.Precedes(earlier, later))
                    findings.Add(new PlanFinding.WrongOrder(earlier.ToString(), later.ToString()));
            }
        }
    }

    private static bool MustPrecede(CheckedAction earlier, CheckedAction later)
    {
        if (earlier.IsPseudo || later.IsPseudo)
            return false;
        bool sameNode = earlier.Node == later.Node;
        return (earlier.Operation, later.Operation) switch
        {
            (OperationNames.Start, OperationNames.Monitor) => sameNode && later.IntervalMs > 0,
            (OperationNames.Promote, OperationNames.Monitor) => sameNode
                && later.Attributes.GetValueOrDefault("CRM_meta_op_target_rc") == "8",
            (OperationNames.Monitor, OperationNames.Start) => sameNode && earlier.IntervalMs == 0,
            (OperationNames.Stop, OperationNames.Start) => true,
            (OperationNames.MigrateTo, OperationNames.MigrateFrom)
                or (OperationNames.MigrateFrom, OperationNames.Stop) => true,
            (OperationNames.Start, OperationNames.Promote)
                or (OperationNames.Demote, OperationNames.Stop) => sameNode,
            _ => false,
        };
    }
}
