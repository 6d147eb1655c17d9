using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>A live migration is one way: its halves name the same two nodes,
/// and each runs on its own.</summary>
internal static class MigrationRules
{
    public static void Check(CheckedGraph graph, List<PlanFinding> findings)
    {
        CheckedAction[] halves = [.. graph.Actions.Where(a =>
            a is { Kind: "rsc_op", Operation: OperationNames.MigrateTo or OperationNames.MigrateFrom })];
        foreach (CheckedAction half in halves)
        {
            string side = half.Operation == OperationNames.MigrateTo ? "CRM_meta_migrate_source"
                : "CRM_meta_migrate_target";
            if (half.Attributes.GetValueOrDefault(side) is { } own && own != half.Node?.Value)
                findings.Add(new PlanFinding.Astray(half.ToString(), own));
            foreach (CheckedAction other in halves.Where(o => o.Instance == half.Instance && o.Place > half.Place))
            {
                if (Way(half) != Way(other))
                    findings.Add(new PlanFinding.Astray(half.ToString(), other.ToString()));
            }
        }
    }

    private static (string?, string?) Way(CheckedAction half) => (
        half.Attributes.GetValueOrDefault("CRM_meta_migrate_source"), half.Attributes.GetValueOrDefault("CRM_meta_migrate_target"));
}
