using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>Nothing starts, or is promoted, whose ticket is at another site.</summary>
internal static class TicketRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        foreach (Constraint constraint in cluster.Cib.Configuration.Constraints)
        {
            if (constraint is not Constraint.Ticket { Resource: { } id } ticket || Holds(cluster, ticket.TicketId)
                || cluster.Find(id.Value) is not { } resource || resource.Id != id.Value)
                continue;
            HashSet<string> bound = [.. resource.Primitives.Select(p => p.Id)];
            foreach (CheckedAction action in graph.Actions)
            {
                if (action.Kind == "rsc_op" && IsForbidden(ticket.Role, action.Operation)
                    && cluster.Find(action.Resource) is { } about && bound.Contains(about.Id))
                    findings.Add(new PlanFinding.WithoutTicket(action.ToString(), ticket.Id, ticket.TicketId));
            }
        }
    }

    private static bool Holds(CheckedCluster cluster, TicketId id) =>
        cluster.Cib.Status.Tickets.Any(t => t.Id == id && t is { Granted: true, Standby: not true });

    private static bool IsForbidden(Role? role, string operation) => role switch
    {
        null or Role.Started => operation is OperationNames.Start or OperationNames.MigrateFrom
            or OperationNames.Promote,
        Role.Promoted => operation == OperationNames.Promote,
        _ => false,
    };
}
