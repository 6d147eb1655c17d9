using Truce.Contracts;

namespace Truce.Cli.Events;

/// <summary>Whose past it is.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Resources">The primitives that it is, or holds; empty for a node.</param>
internal sealed record PastSubject(string Name, IReadOnlyCollection<string> Resources)
{
    /// <summary>Whether an event is about it.</summary>
    public bool Concerns(ClusterEvent one) => Resources.Count == 0
        ? one.Node == Name && one.Resource is null
        : one.Resource is { } resource && Resources.Contains(resource.Split(':')[0]);
}

/// <summary>
/// Where a resource or node was at a time, and what led there, from the events that the cluster keeps: its
/// copy of the past is this record; scores of then aren't kept.
/// </summary>
internal static class Past
{
    private const int StepsMax = 12;
    private static readonly TimeSpan s_before = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, string> s_became = new(StringComparer.Ordinal)
    {
        ["start-done"] = "was running",
        ["promote-done"] = "was promoted",
        ["demote-done"] = "was running, no longer promoted",
        ["stop-done"] = "was stopped",
        ["stop-proven"] = "was stopped",
        ["migrate_from-done"] = "was running",
        ["operation-failed"] = "had failed",
        ["cannot-run"] = "couldn't run",
        ["node-joined"] = "was a member",
        ["node-left"] = "had left in order",
        ["node-lost"] = "was lost",
        ["node-undead"] = "was heard again after its confirmed death",
        ["controller-gone"] = "was up without its controller",
        ["controller-lost"] = "was up without its controller",
        ["fence-confirmed"] = "was proven off",
        ["fence-failed"] = "couldn't be fenced",
        ["fence-asked"] = "was to be fenced",
    };

    // What the cluster said of it then is part of the answer.
    private static readonly HashSet<string> s_told = new(StringComparer.Ordinal)
    {
        "operation-failed", "cannot-run", "node-lost", "fence-failed", "fence-confirmed",
    };

    // What concerns every resource, whatever it is about.
    private static readonly HashSet<string> s_common = new(StringComparer.Ordinal)
    {
        "view-without-quorum", "node-lost", "node-joined", "node-left", "node-reset", "node-undead",
            "controller-lost",
        "fence-asked", "fence-failed", "fence-confirmed", "fence-avoided", "fence-released", "configuration",
            "cleanup",
        "ticket", "planning-failed", "planning-works", "coordinator-demoted", "restart-asked", "store-leave",
    };

    /// <summary>The answer, a line each; the answer first, then what happened before it, oldest
    /// first.</summary>
    /// <param name="events">All that are kept, oldest first.</param>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="at">The time asked for.</param>
    public static IReadOnlyList<string> Sentences(
        IReadOnlyList<ClusterEvent> events, PastSubject subject, DateTimeOffset at)
    {
        ClusterEvent[] until = [.. events.Where(e => e.At <= at)];
        ClusterEvent[] own = [.. until.Where(e => subject.Concerns(e) && s_became.ContainsKey(e.Kind))];
        if (own.Length == 0)
            return [Unknown(events, subject, at)];
        List<string> lines =
        [
            .. own.GroupBy(e => (e.Resource, subject.Resources.Count == 0 ? null : e.Node))
                .Select(g => g.Last()).Where(e => e == own[^1] || Holds(until, own, e)).Select(e =>
                    Answer(e, at)),
        ];
        IReadOnlyList<ClusterEvent> steps = Steps(until, own, subject);
        if (steps.Count > 0)
            lines.Add("What happened before:");
        lines.AddRange(steps.Select(e => $"  {EventText.Brief(e)}"));
        lines.Add($"Scores of that time aren't kept; truce why {subject.Name} tells today's.");
        return lines;
    }

    // A resource that moved is where it came to: neither where it was stopped before, nor where its node went
    // away.
    private static bool Holds(ClusterEvent[] until, ClusterEvent[] own, ClusterEvent one) =>
        one.Kind is "stop-done" or "stop-proven"
        ? own.Last(e => e.Resource == one.Resource) == one
        : !until.Any(e => e.Index > one.Index && e.Node == one.Node && e.Resource is null
            && e.Kind is "node-lost" or "node-left" or "fence-confirmed");

    private static IReadOnlyList<ClusterEvent> Steps(
        ClusterEvent[] until, ClusterEvent[] own, PastSubject subject)
    {
        DateTimeOffset last = own[^1].At;
        return
        [
            .. until.Where(e => e.At >= last - s_before && e.At <= last
                && (subject.Concerns(e) || s_common.Contains(e.Kind))).TakeLast(StepsMax),
        ];
    }

    private static string Answer(ClusterEvent one, DateTimeOffset at)
    {
        string where = one is { Resource: not null, Node: { } node } ? $" on {node}" : "";
        string told = s_told.Contains(one.Kind) && one.Detail.Length > 0 ? $": {one.Detail}" : "";
        return $"At {Times.Text(at)} {one.Resource ?? one.Node} {s_became[one.Kind]}{where}, "
            + $"since {Times.Text(one.At)}{told}";
    }

    private static string Unknown(
        IReadOnlyList<ClusterEvent> events, PastSubject subject, DateTimeOffset at)
    {
        if (events.Count > 0 && events[0].At <= at)
            return $"Nothing had happened to {subject.Name} by {Times.Text(at)}, "
                + "as far back as the cluster's record goes";
        string begin = events.Count == 0 ? "now" : $"at {Times.Text(events[0].At)}";
        return $"Nothing is kept of {Times.Text(at)}: the cluster's record begins {begin}";
    }
}
