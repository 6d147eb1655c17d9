using Truce.Contracts;

namespace Truce.Cli.Printing;

/// <summary>What is held back, for people: what is the same of several resources is said once.</summary>
internal static class HoldText
{
    private const int NamesMax = 8;

    /// <summary>A sentence for each reason, in the order in which they first come.</summary>
    public static IEnumerable<string> Sentences(IEnumerable<HoldStatus> holds) =>
        holds.GroupBy(h => (h.Kind, Sentence.Of(h.Reason).Said, IsOfNode: h.Resource is null))
            .SelectMany(g => g.Key.IsOfNode
                ? g.Select(h => h.Subject + h.Reason) : [Subjects([.. g]) + g.First().Reason]);

    private static string Subjects(IReadOnlyList<HoldStatus> holds)
    {
        IEnumerable<string> places = holds.GroupBy(h => h.Node).Select(g =>
            Names([.. g.Select(h => h.Resource!).Distinct()]) + (g.Key is null ? "" : $" on {g.Key}"));
        return string.Join("; ", places) + ": ";
    }

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Take(NamesMax))
        + (names.Count > NamesMax ? $" and {names.Count - NamesMax} more" : "");
}
