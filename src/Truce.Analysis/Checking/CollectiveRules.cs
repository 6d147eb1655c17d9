using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>
/// Clones: what is done to the instances lies between the clone's own points in the order, notifications come
/// before and after the actions that they announce, and no more instances are promoted than allowed.
/// </summary>
internal static class CollectiveRules
{
    private static readonly (string Operation, string Done)[] s_points =
        [(OperationNames.Start, "running"), (OperationNames.Stop, "stopped"),
            (OperationNames.Promote, "promoted"), (OperationNames.Demote, "demoted")];

    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        ILookup<CheckedResource?, CheckedAction> byClone = graph.Actions
            .Where(a => a is { Kind: "rsc_op", Resource: not null })
            .ToLookup(a => cluster.Find(a.Instance)?.Multiple is { Configured: Resource.Cloned } clone ? clone : null);
        ILookup<string, CheckedAction> points = graph.Actions.Where(a => a.IsPseudo).ToLookup(a => a.Key);
        foreach (IGrouping<CheckedResource?, CheckedAction> of in byClone)
        {
            if (of.Key is not { } clone)
                continue;
            CheckedAction[] actions = [.. of];
            CheckPoints(graph, clone, actions, points, findings);
            CheckNotifications(graph, actions, findings);
            CheckPromotions(cluster, clone, actions, findings);
        }
    }

    private static void CheckPoints(
        CheckedGraph graph, CheckedResource clone, CheckedAction[] actions, ILookup<string, CheckedAction> points,
        List<PlanFinding> findings)
    {
        foreach ((string operation, string done) in s_points)
        {
            foreach (CheckedAction action in actions.Where(a => a.Operation == operation))
            {
                foreach (CheckedAction begin in points[$"{clone.Id}_{operation}_0"])
                    Require(graph, begin, action, findings);
                foreach (CheckedAction end in points[$"{clone.Id}_{done}_0"])
                    Require(graph, action, end, findings);
            }
        }
    }

    private static void CheckNotifications(CheckedGraph graph, CheckedAction[] actions, List<PlanFinding> findings)
    {
        foreach (CheckedAction notice in actions.Where(a => a.Operation == OperationNames.Notify))
        {
            string? about = notice.Attributes.GetValueOrDefault("CRM_meta_notify_operation");
            string? type = notice.Attributes.GetValueOrDefault("CRM_meta_notify_type");
            foreach (CheckedAction action in actions.Where(a => a.Operation == about))
            {
                if (type == "pre")
                    Require(graph, notice, action, findings);
                else if (type == "post")
                    Require(graph, action, notice, findings);
            }
        }
    }

    // Of a cloned group every member counts for itself.
    private static void CheckPromotions(
        CheckedCluster cluster, CheckedResource clone, CheckedAction[] actions, List<PlanFinding> findings)
    {
        (bool known, string? written) = clone.Meta("promoted-max");
        (bool older, string? former) = clone.Meta("master-max");
        if (!known || !older || (written ?? former) is { } text && !int.TryParse(text, out _))
            return;
        int most = clone.MetaNumber("promoted-max") ?? clone.MetaNumber("master-max") ?? 1;
        int promoted = actions.Where(a => a.Operation == OperationNames.Promote)
            .GroupBy(a => cluster.Find(a.Instance)).Select(g => g.Count()).DefaultIfEmpty().Max();
        if (promoted > most)
            findings.Add(new PlanFinding.TooManyPromoted(clone.Configured.Id, promoted, most));
    }

    private static void Require(CheckedGraph graph, CheckedAction earlier, CheckedAction later, List<PlanFinding> findings)
    {
        if (!graph.Precedes(earlier, later))
            findings.Add(new PlanFinding.WrongOrder(earlier.ToString(), later.ToString()));
    }
}
