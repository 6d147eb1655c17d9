using System.Globalization;

using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>
/// Remote nodes, guests and bundles: a container before its connection, the connection before what runs
/// behind it, and all of it the other way round at the end. A node is let in (unfenced) before anything
/// starts there, and shot once at most.
/// </summary>
internal static class ConnectionRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        // A connection that is migrated isn't closed by the stop on its old node.
        HashSet<string?> migrated = [.. graph.Actions.Where(a =>
            a.Operation is OperationNames.MigrateTo or OperationNames.MigrateFrom).Select(a => a.Instance)];
        ILookup<string, CheckedAction> byInstance = graph.Actions
            .Where(a => a is { Kind: "rsc_op", Operation: OperationNames.Start or OperationNames.Stop }
                && !migrated.Contains(a.Instance))
            .ToLookup(a => a.Instance ?? "");
        foreach (CheckedAction action in graph.Actions.Where(a => a is { Kind: "rsc_op", Node: not null, Router: not null }))
            CheckBehind(graph, action, byInstance[action.Node!.Value.Value], findings);
        foreach ((string container, string connection) in Machines(cluster))
            CheckMachine(graph, byInstance[container], byInstance[connection], findings);
        CheckFences(cluster, graph, findings);
    }

    private static void CheckBehind(
        CheckedGraph graph, CheckedAction action, IEnumerable<CheckedAction> connection, List<PlanFinding> findings)
    {
        foreach (CheckedAction link in connection)
        {
            if (action.Operation is OperationNames.Start or OperationNames.Promote
                && link.Operation == OperationNames.Start)
                Require(graph, link, action, findings);
            if (action.Operation == OperationNames.Stop && link.Operation == OperationNames.Stop)
                Require(graph, action, link, findings);
        }
    }

    private static IEnumerable<(string Container, string Connection)> Machines(CheckedCluster cluster)
    {
        foreach (CheckedResource resource in cluster.Resources)
        {
            if (resource.Configured is Resource.Primitive && resource.Multiple is null
                && resource.Meta("remote-node").Value is { Length: > 0 } guest)
                yield return (resource.Id, guest);
            if (resource.Configured is not Resource.Bundle { Content: not null } bundle)
                continue;
            string kind = bundle.Container.Kind.ToString().ToLowerInvariant();
            int count = bundle.Container.Replicas ?? Math.Max(1, bundle.Container.PromotedMax ?? 1);
            for (int i = 0; i < count; i++)
            {
                string number = i.ToString(CultureInfo.InvariantCulture);
                yield return ($"{resource.Id}-{kind}-{number}", $"{resource.Id}-{number}");
            }
        }
    }

    private static void CheckMachine(
        CheckedGraph graph, IEnumerable<CheckedAction> container, IEnumerable<CheckedAction> connection,
        List<PlanFinding> findings)
    {
        foreach (CheckedAction machine in container)
        {
            foreach (CheckedAction link in connection.Where(l => l.Operation == machine.Operation))
            {
                if (machine.Operation == OperationNames.Start)
                    Require(graph, machine, link, findings);
                else
                    Require(graph, link, machine, findings);
            }
        }
    }

    private static void CheckFences(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        foreach (IGrouping<NodeId?, CheckedAction> shots in graph.Actions
            .Where(a => a is { Kind: "crm_event", TakesNodeDown: true }).GroupBy(a => a.Node))
        {
            if (shots.Count() > 1)
                findings.Add(new PlanFinding.FencedTwice(shots.Key!.Value));
        }

        foreach (CheckedAction unfence in graph.Actions.Where(a => a is { Kind: "crm_event", IsFence: true, TakesNodeDown: false }))
        {
            foreach (CheckedAction start in graph.Actions.Where(a =>
                a is { Kind: "rsc_op", Operation: OperationNames.Start } && a.Node == unfence.Node))
            {
                if (NeedsUnfencing(cluster.Find(start.Resource)))
                    Require(graph, unfence, start, findings);
            }
        }
    }

    // Where a device unfences at all, it is what resources need by default.
    private static bool NeedsUnfencing(CheckedResource? resource) =>
        resource is { Requires: Prerequisite.Fencing } && resource.Meta("requires") is (true, null or "unfencing");

    private static void Require(CheckedGraph graph, CheckedAction earlier, CheckedAction later, List<PlanFinding> findings)
    {
        if (!graph.Precedes(earlier, later))
            findings.Add(new PlanFinding.WrongOrder(earlier.ToString(), later.ToString()));
    }
}
