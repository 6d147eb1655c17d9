using System.Collections.Immutable;

namespace Truce.Analysis.Failover;

/// <summary>Addends put together.</summary>
internal static class TermSum
{
    /// <summary>Those of one name as one, in the order of their first; what
    /// takes no time is left out.</summary>
    public static ImmutableArray<FailoverTerm> Of(IEnumerable<FailoverTerm> terms) =>
    [
        .. terms.Where(t => t.WorstMs > 0).GroupBy(t => (t.Name, t.Setting)).Select(g => g.First() with
        {
            WorstMs = g.Any(t => t.WorstMs == long.MaxValue) ? long.MaxValue : g.Sum(t => t.WorstMs),
            UsualMs = g.Any(t => t.UsualMs == long.MaxValue) ? long.MaxValue : g.Sum(t => t.UsualMs),
            Count = g.Count(),
        }),
    ];

    /// <summary>One that has no end; null: all have.</summary>
    public static FailoverTerm? Infinite(ImmutableArray<FailoverTerm> terms) => terms
        .FirstOrDefault(t => t.WorstMs == long.MaxValue);

    /// <summary>One after the other.</summary>
    public static IEnumerable<FailoverStep> InTurn(IEnumerable<FailoverTerm> terms, long beginMs)
    {
        foreach (FailoverTerm term in terms.Where(t => t.WorstMs is > 0 and < long.MaxValue))
        {
            yield return new FailoverStep(term.Name, null, beginMs, beginMs + term.WorstMs, true);
            beginMs += term.WorstMs;
        }
    }
}
