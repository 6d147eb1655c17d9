using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>A resource's objective (<c>truce-recovery-time-objective</c>), and
/// whether a bound keeps it.</summary>
/// <param name="Resource">Whose.</param>
/// <param name="Cause">For this cause.</param>
/// <param name="ObjectiveMs">The longest outage that is accepted.</param>
/// <param name="WorstMs">The bound with the cluster's own part; null: there is none.</param>
/// <param name="Changes">The cheapest changes that would keep it, the cheapest first; empty if it
/// is kept, or if none would.</param>
/// <param name="Why">Why there is no bound; null: there is one.</param>
public sealed record FailoverObjective(
    ResourceId Resource, FailoverCause Cause, long ObjectiveMs, long? WorstMs,
    ImmutableArray<string> Changes, string? Why = null)
{
    /// <summary>A timeout that is left must be that many times what the operation usually takes.</summary>
    private const int Room = 3;

    private const int ChangesMax = 3;

    /// <summary>Whether the configuration keeps it.</summary>
    public bool IsKept => WorstMs <= ObjectiveMs;

    /// <summary>An objective applies to unplanned outages; an administrator chooses
    /// the time of planned ones.</summary>
    public static bool Covers(FailoverCause cause) =>
        cause is not (FailoverCause.Move or FailoverCause.Maintenance);

    /// <summary>Compares a bound with an objective.</summary>
    public static FailoverObjective Judge(FailoverBound bound, long objectiveMs)
    {
        ArgumentNullException.ThrowIfNull(bound);
        string? why = (bound.Verdict as FailoverVerdict.Unbounded)?.Why;
        FailoverObjective judged = new(bound.Resource, bound.Cause, objectiveMs, bound.PromisedMs, [], why);
        return judged.IsKept || judged.WorstMs is null ? judged
            : judged with { Changes = Cheapest(bound, bound.PromisedMs!.Value - objectiveMs) };
    }

    // One setting alone if that can do, several together otherwise: those first that leave
    // the most room above what is usual.
    private static ImmutableArray<string> Cheapest(FailoverBound bound, long excessMs)
    {
        (FailoverTerm Term, long Spare)[] spare =
            [.. bound.Terms.Select(t => (t, SpareMs(t)))
                .Where(t => t.Item2 > 0).OrderByDescending(t => t.Item2)];
        string[] single = [.. spare.Where(s => s.Spare >= excessMs).Take(ChangesMax)
            .Select(s => Change(s.Term, excessMs))];
        if (single.Length > 0)
            return [.. single];
        List<string> together = [];
        foreach ((FailoverTerm term, long able) in spare)
        {
            long taken = Math.Min(able, excessMs);
            together.Add(Change(term, taken));
            if ((excessMs -= taken) == 0)
                return [string.Join(", and ", together)];
        }

        return [];
    }

    private static string Change(FailoverTerm term, long lessMs)
    {
        long each = (term.WorstMs / term.Count) - ((lessMs + term.Count - 1) / term.Count);
        return $"{term.Setting}: at most {FailoverWords.Time(each)} (now {FailoverWords.Time(term.WorstMs / term.Count)})";
    }

    private static long SpareMs(FailoverTerm term) => term.Kind switch
    {
        FailoverTermKind.MonitorInterval => term.WorstMs - (1_000 * term.Count),
        FailoverTermKind.MonitorTimeout or FailoverTermKind.Stop or FailoverTermKind.Start or FailoverTermKind.Migrate
            or FailoverTermKind.OtherOperation or FailoverTermKind.Fence or FailoverTermKind.QuorumDevice =>
                term.WorstMs - (Room * term.UsualMs),
        // A shorter token trades outages for false alarms; who shoots first is decided by
        // delays; the rest isn't configured.
        FailoverTermKind.Membership or FailoverTermKind.FenceDelay or FailoverTermKind.Patience or FailoverTermKind.Queue
            or FailoverTermKind.Wait or FailoverTermKind.Return => 0,
    };
}
