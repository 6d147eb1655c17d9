using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>Nothing is done that quorum, management or the target role forbid.</summary>
internal static class PolicyRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        string policy = cluster.Option("no-quorum-policy") ?? "stop";
        foreach (CheckedAction action in graph.Actions)
        {
            if (action.Kind != "rsc_op" || cluster.Find(action.Resource) is not { } resource)
                continue;
            if (cluster.LacksQuorum && NeedsQuorum(action, policy) && resource.Requires != Prerequisite.Nothing)
                findings.Add(new PlanFinding.WithoutQuorum(action.ToString(), policy));
            CheckResource(cluster, action, resource, findings);
        }
    }

    private static bool NeedsQuorum(CheckedAction action, string policy) =>
        policy == "stop" && action.Operation is OperationNames.Start or OperationNames.Promote;

    private static void CheckResource(
        CheckedCluster cluster, CheckedAction action, CheckedResource resource, List<PlanFinding> findings)
    {
        if (action.Operation is not (OperationNames.Start or OperationNames.Stop or OperationNames.Promote
            or OperationNames.Demote or OperationNames.MigrateTo or OperationNames.MigrateFrom))
            return;
        if (IsUnmanaged(cluster, action, resource))
            findings.Add(new PlanFinding.Unmanaged(action.ToString()));
        string? target = resource.Meta("target-role").Value;
        bool mayNotStart = target == "Stopped"
            && action.Operation is OperationNames.Start or OperationNames.MigrateFrom;
        bool mayNotPromote = target is "Slave" or "Unpromoted" or "Stopped"
            && action.Operation == OperationNames.Promote;
        if (mayNotStart || mayNotPromote)
            findings.Add(new PlanFinding.AgainstTarget(action.ToString(), target!));
    }

    private static bool IsUnmanaged(CheckedCluster cluster, CheckedAction action, CheckedResource resource) =>
        CibBoolean.Parse(cluster.Option("maintenance-mode")) == true
        || CibBoolean.Parse(resource.Meta("is-managed").Value) == false
        || CibBoolean.Parse(resource.Meta("maintenance").Value) == true
        || (action.Node is { } node && cluster.IsInMaintenance(node));
}
