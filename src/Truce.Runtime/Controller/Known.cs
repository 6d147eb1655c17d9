using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>Whether what a client names exists: a typing error must not look like success.</summary>
internal static class Known
{
    /// <summary>What is wrong with the names, and what to do; null if both exist or aren't given.</summary>
    public static string? Unknown(ReplicatedState state, string? resource, string? node)
    {
        if (resource is not null && !IsResource(state, resource))
            return $"no resource {resource} is configured or remembered; do: see truce resource list";
        return node is not null && !IsNode(state, node)
            ? $"no node {node} is configured; do: name one of {string.Join(", ", Nodes(state))}"
            : null;
    }

    // A resource that was taken out of the configuration may still have history to forget.
    private static bool IsResource(ReplicatedState state, string resource) =>
        StatusView.PrimitivesOf(state.Cib.Configuration, resource).Length > 0
        || state.Cib.Status.NodeStates.SelectMany(n => n.History?.Resources ?? [])
            .Any(h => InstanceNames.IsOf(h.Id.Value, resource));

    private static bool IsNode(ReplicatedState state, string node) => Nodes(state).Contains(node, StringComparer.Ordinal);

    private static IEnumerable<string> Nodes(ReplicatedState state) => state.Cib.Configuration.Nodes.Select(n => n.Name.Value)
        .Concat(state.Members.Keys.Select(m => m.Value)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>What is wrong with a ticket's name; null: a constraint names it, or it was
    /// granted or revoked before.</summary>
    public static string? UnknownTicket(ReplicatedState state, string ticket)
    {
        string[] known = [.. state.Cib.Configuration.Constraints.OfType<Constraint.Ticket>().Select(c => c.TicketId.Value)
            .Concat(state.Cib.Status.Tickets.Select(t => t.Id.Value)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return known.Contains(ticket, StringComparer.Ordinal)
            ? null
            : $"no constraint uses the ticket {ticket}; do: "
                + (known.Length == 0 ? "add one first (rsc_ticket)"
                    : $"name one of {string.Join(", ", known)}");
    }
}
