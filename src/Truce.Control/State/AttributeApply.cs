using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Applies transient attributes, what is to be forgotten, and tickets.</summary>
internal static class AttributeApply
{
    /// <summary>Sets a transient attribute of a node that is there.</summary>
    public static (ReplicatedState, CommandOutcome) SetTransient(ReplicatedState state, Command.SetTransient set)
    {
        if (state.Member(set.Node) is not { Phase: not MemberPhase.Down } member)
            return (state, new CommandOutcome.Refused(RefusalReason.BadInput, $"{set.Node} isn't up"));
        Cib cib = StatusEditing.Change(
            state.Cib, member.Uuid, member.Node, n => StatusEditing.SetTransient(n, set.Name, set.Value));
        state = set.Name == StatusEditing.Shutdown ? CoordinatorRule.HandOver(state, member) : state;
        return (state with { Cib = cib }, CommandOutcome.Plain);
    }

    /// <summary>Forgets failures or history. Fence intents stay: a cleanup
    /// doesn't bring a dead node back.</summary>
    public static (ReplicatedState, CommandOutcome) Forget(
        ReplicatedState state, Command.Forget forget, ApplyContext context)
    {
        foreach (MemberState member in state.Members.Values.Where(m => forget.Node is null || m.Node == forget.Node))
        {
            state = state with
            {
                Cib = StatusEditing.Change(state.Cib, member.Uuid, member.Node, n => Forget(n, forget)),
            };
        }

        // By a person: it may be tried where its node was lost.
        if (forget.OperationKey is null)
        {
            state = Measuring.Cleaned(state, r => IsMeant(r.Value, forget));
            state = FenceLedger.Acquit(
                state, f => forget.Node is null
                    || f.Intent.Target == forget.Node, s => IsMeant(s.Resource.Value, forget),
                AcquittalReach.Everywhere, "a cleanup cleared its failures");
        }

        string what = forget.Resources.IsEmpty ? "everything" : string.Join(", ", forget.Resources);
        return forget.OperationKey is not null
            ? (state, CommandOutcome.Plain)
            : (state.Tell(context.At, "cleanup", $"failures of {what} are forgotten", forget.Node),
                CommandOutcome.Plain);
    }

    /// <summary>Grants, revokes or suspends a ticket.</summary>
    public static (ReplicatedState, CommandOutcome) SetTicket(
        ReplicatedState state, Command.SetTicket set, ApplyContext context)
    {
        EquatableArray<TicketState> tickets = state.Cib.Status.Tickets;
        int at = tickets.FindIndex(t => t.Id.Value == set.Ticket);
        TicketState ticket = at >= 0 ? tickets[at] : new TicketState(new TicketId(set.Ticket));
        ticket = ticket with
        {
            Granted = set.Granted ?? ticket.Granted,
            Standby = set.Standby ?? ticket.Standby,
            LastGranted = set.Granted == true ? context.At.ToUnixTimeSeconds() : ticket.LastGranted,
        };
        tickets = at >= 0 ? tickets.SetItem(at, ticket) : tickets.Add(ticket);
        state = state with { Cib = state.Cib with { Status = state.Cib.Status with { Tickets = tickets } } };
        return (state.Tell(context.At, "ticket", $"ticket {set.Ticket} was changed"), CommandOutcome.Plain);
    }

    private static NodeState Forget(NodeState node, Command.Forget forget)
    {
        node = StatusEditing.RemoveTransients(node, name => IsFailure(name, forget));
        if (forget.OperationKey == Command.Forget.AnyOperation)
            return WithoutFailures(node, forget);
        if (forget.OperationKey is not null || node.History is not { } history)
            return node;
        return node with
        {
            History = history with
            {
                Resources = history.Resources.RemoveAll(r =>
                    IsMeant(r.Id.Value, forget)
                    && (forget.Everything || r.Operations.Any(HasFailed))),
            },
        };
    }

    // A failure that no longer counts no longer bans either: what it failed with has changed.
    private static NodeState WithoutFailures(NodeState node, Command.Forget forget)
    {
        foreach (ResourceHistory history in node.History?.Resources.Where(r => IsMeant(r.Id.Value, forget)) ?? [])
            node = HistoryEditing.Remove(node, history.Id, HistoryReading.IsFailure);
        return node;
    }

    private static bool IsFailure(string attribute, Command.Forget forget)
    {
        string? rest = After(attribute, "fail-count-") ?? After(attribute, "last-failure-");
        if (rest is null)
            return false;
        int hash = rest.LastIndexOf('#');
        string resource = hash < 0 ? rest : rest[..hash];
        return IsMeant(resource, forget)
            && (forget.OperationKey is null or Command.Forget.AnyOperation || hash < 0
                || rest[(hash + 1)..] == forget.OperationKey);
    }

    private static string? After(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static bool IsMeant(string id, Command.Forget forget) =>
        forget.Resources.IsEmpty || forget.Resources.Any(r => InstanceNames.IsOf(id, r.Value));

    private static bool HasFailed(OperationRecord record) =>
        record.OpStatus is not ((int)ExecutionStatus.Done or (int)ExecutionStatus.Pending)
        || HistoryReading.IsFailure(record);
}
