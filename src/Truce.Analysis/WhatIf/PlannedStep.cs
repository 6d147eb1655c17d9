using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>Something that the cluster would do: because of a change, or on taking over.</summary>
/// <param name="Action">start, stop, restart, recover, move, migrate, promote, demote, reload or
/// fence.</param>
/// <param name="Subject">The resource instance, or the node.</param>
/// <param name="From">Where it is; null: nowhere.</param>
/// <param name="To">Where it will be; null: nowhere, or where it is.</param>
/// <param name="Note">blocked if it can't be done now; the reason for a fencing; or empty.</param>
public sealed record PlannedStep(string Action, string Subject, string? From, string? To, string Note)
{
    /// <summary>As a sentence has it: <c>move web from n1 to n2</c>.</summary>
    public override string ToString()
    {
        string place = (From, To) switch
        {
            ({ } from, { } to) when from != to => $" from {from} to {to}",
            (_, { } to) => $" on {to}",
            ({ } from, null) => $" on {from}",
            (null, null) => "",
        };
        return $"{Action} {Subject}{place}{(Note.Length > 0 ? $" ({Note})" : "")}";
    }

    /// <summary>A decision of a plan; null: it leaves something as it is.</summary>
    public static PlannedStep? Of(Decision decision) => decision switch
    {
        Decision.Leave => null,
        Decision.Fence fence => new PlannedStep(
            fence.Action == "on" ? "unfence" : "fence", fence.Node.Value, null, null, fence.Reason ?? ""),
        Decision.Resource r => new PlannedStep(
            Verb(r.Change), r.Id.Value, r.FromNode?.Value,
            // What is stopped goes nowhere, even if there is a place for it.
            r.Change == ResourceChange.Stop ? null : r.ToNode?.Value, r.Blocked ? "blocked" : ""),
    };

    private static string Verb(ResourceChange change) => change switch
    {
        ResourceChange.Start => "start",
        ResourceChange.Stop => "stop",
        ResourceChange.Restart => "restart",
        ResourceChange.Recover => "recover",
        ResourceChange.Move => "move",
        ResourceChange.Migrate => "migrate",
        ResourceChange.Promote => "promote",
        ResourceChange.Demote => "demote",
        ResourceChange.Reload => "reload",
    };
}
