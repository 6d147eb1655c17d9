using System.Collections.Immutable;
using Truce.Analysis.Why;
using Truce.Cli.Cluster;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Events;

/// <summary>How nodes that are offline went, which no configuration or status section tells.</summary>
internal static class Departures
{
    /// <summary>Nodes that left by themselves.</summary>
    public static ImmutableArray<Departure> Of(IEnumerable<HoldStatus> holds) =>
        [.. holds.Where(h => h is { Kind: HoldStatus.Departed, Node: not null }).Select(Of)];

    /// <summary>The same, and how the subject went if it is a node that is offline.</summary>
    public static async Task<ImmutableArray<Departure>> OfAsync(
        ICluster cluster, ClusterStatusDocument status, string subject, CancellationToken cancel)
    {
        ImmutableArray<Departure> told = Of(status.Holds);
        if (!status.Nodes.Any(n => n.Name == subject && n.State == "offline")
            || told.Any(d => d.Node.Value == subject))
            return told;
        IReadOnlyList<ClusterEvent> events =
            await EventPages.AfterAsync(cluster, 0, cancel).ConfigureAwait(false);
        return events.Where(e => e.Node == subject).Select(How).LastOrDefault(h => h is not null) is { } how
            ? told.Add(new Departure(new NodeId(subject), how, $"start Truce on {subject}")) : told;
    }

    private static string? How(ClusterEvent one) => one.Kind switch
    {
        "node-left" => $"it left in order at {Times.Text(one.At)}",
        "fence-confirmed" => $"it was fenced at {Times.Text(one.At)} and hasn't joined since",
        _ => null,
    };

    private static Departure Of(HoldStatus hold)
    {
        Sentence sentence = Sentence.Of(hold.Reason);
        return new Departure(new NodeId(hold.Node!), sentence.Said, sentence.Remedy);
    }
}
