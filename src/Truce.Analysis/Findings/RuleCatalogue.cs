using Truce.Analysis.Findings.Rules;
using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>Every rule, and every kind of finding that there is.</summary>
public static class RuleCatalogue
{
    /// <summary>The rules, in the order in which they are asked.</summary>
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new SilenceOfNothing(),
    ];

    /// <summary>What reading and the rules can find, by id.</summary>
    public static IReadOnlyDictionary<string, FindingKind> Kinds { get; } =
        FindingIds.Kinds.Concat(Rules.Select(r => r.Kind)).ToDictionary(k => k.Id);
}
