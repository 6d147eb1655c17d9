using Truce.Analysis.Execution;
using Truce.Analysis.Rendering;
using Truce.Model;

namespace Truce.Analysis.WhatIf;

/// <summary>Writes assumed changes into a CIB, and reports them as crm_simulate does.</summary>
public static class Modifications
{
    /// <summary>Applies <paramref name="changes"/> in order.</summary>
    /// <param name="cib">The cluster.</param>
    /// <param name="changes">The assumed events.</param>
    /// <param name="now">The time that injected results bear.</param>
    /// <param name="output">Receives the section that reports them; nothing if there are none.</param>
    /// <param name="counted">Receives the failures that injected operations count.</param>
    public static Cib Apply(
        Cib cib, IReadOnlyList<Modification> changes, DateTimeOffset now, TextWriter output,
        List<(Modification Cause, PaperStep Step)>? counted = null)
    {
        ArgumentNullException.ThrowIfNull(cib);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(output);
        if (changes.Count == 0)
            return cib;
        output.Write("Performing Requested Modifications:\n");
        foreach (Modification change in changes)
        {
            output.Write($"  * {Line(change)}\n");
            List<PaperStep> steps = [];
            cib = Apply(cib, change, now, output, steps);
            foreach (PaperStep step in steps)
            {
                output.Write($"{ExecutionText.Line(step)}\n");
                counted?.Add((change, step));
            }
        }

        output.Write('\n');
        return cib;
    }

    private static string Line(Modification change) => change switch
    {
        Modification.Quorum q => $"Setting quorum: {Word(q.Held)}",
        Modification.Watchdog w => $"Setting watchdog: {Word(w.Active)}",
        Modification.NodeUp n => $"Bringing node {n.Node} online",
        Modification.NodeDown n => $"Taking node {n.Node} offline",
        Modification.NodeFail n => $"Failing node {n.Node}",
        Modification.Ticket t => Line(t),
        Modification.Inject i =>
            $"Injecting {i.Operation.Key()}@{i.Operation.Node}={i.Operation.ExitCode} into the configuration",
    };

    private static string Line(Modification.Ticket ticket) => ticket.Change switch
    {
        TicketChange.Grant => $"Granting ticket {ticket.Id}",
        TicketChange.Revoke => $"Revoking ticket {ticket.Id}",
        TicketChange.Standby => $"Making ticket {ticket.Id} standby",
        TicketChange.Activate => $"Activating ticket {ticket.Id}",
    };

    private static Cib Apply(
        Cib cib, Modification change, DateTimeOffset now, TextWriter output, List<PaperStep> steps) =>
        change switch
    {
        Modification.Quorum q => cib with { Header = cib.Header with { HaveQuorum = q.Held } },
        Modification.Watchdog w => WithProperty(cib, "have-watchdog", Word(w.Active)),
        Modification.NodeUp n => OnNode(WithNode(cib, n.Node), n.Node, node => node.GoOnline()),
        Modification.NodeDown n => OnNode(cib, n.Node, GoDown),
        Modification.NodeFail n => OnNode(cib, n.Node, node => node.Fail()),
        Modification.Ticket t => WithTicket(cib, t),
        Modification.Inject i => Injection.Apply(cib, i.Operation, now, output, steps),
    };

    private static string Word(bool value) => value ? "true" : "false";

    private static void GoDown(NodeDraft node)
    {
        node.Forget();
        node.GoOffline();
    }

    private static Cib OnNode(Cib cib, NodeId name, Action<NodeDraft> change)
    {
        StatusDraft draft = new(cib);
        change(draft.Demand(name, null, remote: false));
        return draft.ToCib();
    }

    private static Cib WithNode(Cib cib, NodeId name)
    {
        EquatableArray<Node> nodes = cib.Configuration.Nodes;
        return nodes.FindIndex(n => n.Name == name) >= 0
            ? cib
            : cib with { Configuration = cib.Configuration with { Nodes = nodes.Add(new Node(new NodeUuid(name.Value), name)) } };
    }

    private static Cib WithProperty(Cib cib, string name, string value)
    {
        const string Bootstrap = "cib-bootstrap-options";
        EquatableArray<AttributeSet> sets = cib.Configuration.ClusterProperties;
        int place = sets.FindIndex(s => s.Id == Bootstrap);
        AttributeSet set = place < 0 ? new AttributeSet { Id = Bootstrap } : sets[place];
        NameValue pair = new($"{Bootstrap}-{name}", name, value);
        int old = set.Pairs.FindIndex(p => p.Name == name);
        set = set with { Pairs = old < 0 ? set.Pairs.Add(pair) : set.Pairs.SetItem(old, pair) };
        sets = place < 0 ? sets.Add(set) : sets.SetItem(place, set);
        return cib with { Configuration = cib.Configuration with { ClusterProperties = sets } };
    }

    private static Cib WithTicket(Cib cib, Modification.Ticket change)
    {
        EquatableArray<TicketState> tickets = cib.Status.Tickets;
        int place = tickets.FindIndex(t => t.Id == change.Id);
        TicketState ticket = place < 0 ? new TicketState(change.Id) : tickets[place];
        ticket = change.Change switch
        {
            TicketChange.Grant => ticket with { Granted = true },
            TicketChange.Revoke => ticket with { Granted = false },
            TicketChange.Standby => ticket with { Standby = true },
            TicketChange.Activate => ticket with { Standby = false },
        };
        tickets = place < 0 ? tickets.Add(ticket) : tickets.SetItem(place, ticket);
        return cib with { Status = cib.Status with { Tickets = tickets } };
    }
}
