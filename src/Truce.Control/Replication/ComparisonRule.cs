using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a comparison of states leads to.</summary>
internal abstract record ComparisonVerdict
{
    private ComparisonVerdict() { }

    /// <summary>All members hold the same state.</summary>
    public sealed record Same : ComparisonVerdict;

    /// <summary>Members with more than half of the votes hold <paramref name="Digest"/>; the
    /// others hold something wrong.</summary>
    public sealed record Outvoted(string Digest) : ComparisonVerdict;

    /// <summary>No digest has more than half of the votes: there is no way to tell which is right.</summary>
    public sealed record Tie : ComparisonVerdict;
}

/// <summary>Decides between members whose states differ (docs/decisions/0016-comparing-states.md).</summary>
internal static class ComparisonRule
{
    /// <summary>Decides.</summary>
    /// <param name="voices">Every member's digest of one index.</param>
    /// <param name="votes">Votes of every configured node.</param>
    public static ComparisonVerdict Decide(IReadOnlyCollection<StateVoice> voices, IEnumerable<NodeVotes> votes)
    {
        if (IsUnanimous(voices))
            return new ComparisonVerdict.Same();
        ImmutableSortedDictionary<NodeId, int> worth = votes.ToImmutableSortedDictionary(v => v.Node, v => v.Votes);
        int all = voices.Sum(v => worth.GetValueOrDefault(v.Node));
        foreach (IGrouping<string, StateVoice> side in voices.GroupBy(v => v.Digest))
        {
            if (2 * side.Sum(v => worth.GetValueOrDefault(v.Node)) > all)
                return new ComparisonVerdict.Outvoted(side.Key);
        }

        return new ComparisonVerdict.Tie();
    }

    /// <summary>Whether all have one digest; also where there are none.</summary>
    public static bool IsUnanimous(IEnumerable<StateVoice> voices) =>
        voices.Select(v => v.Digest).Distinct(StringComparer.Ordinal).Take(2).Count() < 2;

    /// <summary>
    /// What is left of a dispute in a new view: a member that takes another's state there has discarded its
    /// own. An absent member hasn't: it may continue with its own.
    /// </summary>
    public static ImmutableArray<StateVoice> Remaining(IEnumerable<StateVoice> disputed, Func<StateVoice, bool> gaveUp)
    {
        ImmutableArray<StateVoice> left = [.. disputed.Distinct().Where(v => !gaveUp(v)).OrderBy(v => v.Node)];
        return IsUnanimous(left) ? [] : left;
    }
}
