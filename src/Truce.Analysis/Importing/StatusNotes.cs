using Truce.Analysis.Findings;
using Truce.Model;

namespace Truce.Analysis.Importing;

/// <summary>What the status says that must be set again by hand, as the status isn't taken over.</summary>
internal static class StatusNotes
{
    private const string FailCount = "fail-count-";

    /// <summary>All there is to say.</summary>
    public static IEnumerable<MovingNote> Of(ClusterStatus status) =>
        [.. status.Tickets.SelectMany(Of), .. status.NodeStates.SelectMany(Of)];

    private static IEnumerable<MovingNote> Of(TicketState ticket)
    {
        Spot spot = new("ticket_state", ticket.Id.Value);
        if (ticket.Granted == true)
        {
            yield return new MovingNote("ticket-granted", spot,
                $"the ticket {ticket.Id} is granted; in Truce it isn't until it is granted there",
                $"before managing again: truce ticket grant {ticket.Id}");
        }

        if (ticket.Standby == true)
        {
            yield return new MovingNote("ticket-standby", spot,
                $"the ticket {ticket.Id} is in standby; in Truce it begins active",
                $"before managing again: truce ticket standby {ticket.Id}");
        }
    }

    private static IEnumerable<MovingNote> Of(NodeState state)
    {
        string node = state.Name?.Value ?? state.Id.Value;
        foreach (NameValue pair in state.TransientAttributes?.Sets.SelectMany(s => s.Pairs) ?? [])
        {
            if (pair is { Name: "standby", Value: not null } && CibBoolean.Parse(pair.Value) != false)
            {
                yield return new MovingNote("standby-until-reboot", Spot.Of(pair, Node(state)),
                    $"{node} is in standby until it reboots; in Truce it begins online",
                    $"before managing again: truce node standby {node}");
            }
            else if (pair.Name?.StartsWith(FailCount, StringComparison.Ordinal) == true)
            {
                yield return new MovingNote("fail-count", Spot.Of(pair, Node(state)),
                    $"{pair.Name} of {node} begins at 0: a resource that left {node} for its failures may "
                        + "return", "end the cause before managing again");
            }
        }

        foreach (ResourceHistory resource in state.History?.Resources ?? [])
        {
            if (resource.ShutdownLock is > 0)
            {
                yield return new MovingNote("shutdown-lock", new Spot("lrm_resource", resource.Id.Value),
                    $"{resource.Id} waits for {node}, which was shut down; in Truce it may start elsewhere",
                    $"start {node} before managing again");
            }
        }
    }

    private static Spot Node(NodeState state) => new("node_state", state.Id.Value);
}
