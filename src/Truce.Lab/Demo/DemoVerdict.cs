using System.Collections.Immutable;

namespace Truce.Lab.Demo;

/// <summary>
/// Judges a demo by what the world recorded: whether the page came back, the fence was confirmed before the
/// first start, and nothing ran twice; and how much of the outage was unavoidable.
/// </summary>
public sealed record DemoVerdict
{
    private const long NsPerMs = 1_000_000;

    /// <summary>A node's last message may be this much older than its death, and the loss is reported in a
    /// message: more than this beyond the token isn't detection.</summary>
    private const int DetectionGraceMs = 100;

    /// <summary>From the first request without a page to the first with one again, in ms.</summary>
    public required long OutageMs { get; init; }

    /// <summary>From the power cut to the loss noticed, at most the configured time.</summary>
    public required long DetectionMs { get; init; }

    /// <summary>The power switch's own time for the shot.</summary>
    public required long FencingMs { get; init; }

    /// <summary>The agents' own time for their starts on the survivor.</summary>
    public required long AgentsMs { get; init; }

    /// <summary>The unavoidable part.</summary>
    public long UnavoidableMs => DetectionMs + FencingMs + AgentsMs;

    /// <summary>Why the demo failed; empty if it didn't.</summary>
    public required ImmutableArray<string> Failures { get; init; }

    /// <summary>Judges.</summary>
    public static DemoVerdict Judge(DemoFacts facts)
    {
        WorldLine? asked = AfterCut(facts, l => l.What == "fence-requested");
        WorldLine? confirmed = AfterCut(facts, l => l.What == "fence-confirmed");
        PageRequest? failed = facts.Requests.FirstOrDefault(r => !r.IsOk && r.Ended >= facts.CutAt);
        PageRequest? back = failed is null ? null
            : facts.Requests.FirstOrDefault(r => r.IsOk && r.Due > failed.Due);
        return new DemoVerdict
        {
            OutageMs = back is null ? 0 : Ms(back.Ended - failed!.Due),
            DetectionMs = Detection(facts, asked),
            FencingMs = asked is null || confirmed is null ? 0 : Ms(confirmed.At - asked.At),
            AgentsMs = Starts(facts).Sum(s => Ms(s.Done - s.Begin)),
            Failures = [.. Failed(facts, confirmed, failed, back)],
        };
    }

    /// <summary>Starts on other nodes after the power cut: what, where, and its own time.</summary>
    public static IEnumerable<(string Resource, string Node, long Begin, long Done)> Starts(DemoFacts facts)
    {
        foreach (WorldLine begin in facts.World.Where(l => IsStartAfterCut(facts, l)))
        {
            WorldLine? done = facts.World.FirstOrDefault(l =>
                l.At >= begin.At && l.Resource == begin.Resource && l.Node == begin.Node
                    && l.What == "started");
            if (done is not null)
                yield return (begin.Resource!, begin.Node, begin.At, done.At);
        }
    }

    /// <summary>Resources that were active on two nodes that both had power: active from the begin of a start
    /// until a stop is done or the node is certainly off.</summary>
    public static IEnumerable<string> Twice(IEnumerable<WorldLine> world)
    {
        Dictionary<string, HashSet<string>> active = [];
        foreach (WorldLine line in world)
        {
            if (line is { Resource: null, What: "power-off" })
            {
                foreach (HashSet<string> nodes in active.Values)
                    nodes.Remove(line.Node);
            }

            if (line.Resource is null)
                continue;
            HashSet<string> holders = active.TryGetValue(line.Resource, out HashSet<string>? found) ? found
                : active[line.Resource] = [];
            if (line.What == "start" && holders.Any(h => h != line.Node))
                yield return $"{line.Resource} was started on {line.Node} while active on {holders.First(h => h != line.Node)}";
            if (line.What == "start")
                holders.Add(line.Node);
            if (line.What == "stopped")
                holders.Remove(line.Node);
        }
    }

    private static IEnumerable<string> Failed(DemoFacts facts, WorldLine? confirmed, PageRequest? failed,
        PageRequest? back)
    {
        if (failed is null)
            yield return "the client noticed no outage";
        if (failed is not null && back is null)
            yield return "the page didn't come back";
        if (confirmed is null)
            yield return $"the fencing of {facts.Victim} wasn't confirmed";
        WorldLine? first = facts.World.FirstOrDefault(l => IsStartAfterCut(facts, l));
        if (confirmed is not null && first is not null && first.At < confirmed.At)
            yield return $"{first.Resource} was started on {first.Node} before the fencing of {facts.Victim} was confirmed";
        foreach (string twice in Twice(facts.World))
            yield return twice;
        if (Alternates(facts.Writers) is { } writer)
            yield return $"{writer} wrote to the shared disk again after another node had";
    }

    // A disk that moves once has one writer, then another; the first one's return is the damage.
    private static string? Alternates(ImmutableArray<string> writers)
    {
        string[] turns = [.. writers.Where((w, i) => i == 0 || writers[i - 1] != w)];
        return turns.GroupBy(w => w).FirstOrDefault(g => g.Count() > 1)?.Key;
    }

    private static bool IsStartAfterCut(DemoFacts facts, WorldLine line) =>
        line.Resource is not null && line.What == "start" && line.At > facts.CutAt
            && line.Node != facts.Victim;

    private static long Detection(DemoFacts facts, WorldLine? asked)
    {
        long? noticed = facts.Told.FirstOrDefault(e => e.Kind == "node-lost" && e.Node == facts.Victim
            && e.At > facts.CutAt)?.At ?? asked?.At;
        return noticed is null ? 0
            : Math.Clamp(Ms(noticed.Value - facts.CutAt), 0, facts.TokenMs + DetectionGraceMs);
    }

    private static WorldLine? AfterCut(DemoFacts facts, Func<WorldLine, bool> isIt) =>
        facts.World.FirstOrDefault(l => l.Resource is null && l.Node == facts.Victim && l.At > facts.CutAt
            && isIt(l));

    private static long Ms(long nanoseconds) => nanoseconds / NsPerMs;
}
