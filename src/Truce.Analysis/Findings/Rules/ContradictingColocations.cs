using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Together always, and never together.</summary>
public sealed class ContradictingColocations : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("contradicting-colocations", Severity.Warning,
        "Two colocations of the same resources contradict each other",
        "Both can't hold: the dependent resource never runs while the other one does");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Dictionary<(ResourceId, ResourceId), Constraint.Colocation> seen = [];
        foreach (Constraint.Colocation c in input.Configuration.Constraints.OfType<Constraint.Colocation>())
        {
            if (c is not { Resource: { } one, WithResource: { } other, NodeAttribute: null, Role: null
                or Role.Started,
                WithRole: null or Role.Started })
                continue;
            (ResourceId, ResourceId) pair = one.CompareTo(other) < 0 ? (one, other) : (other, one);
            if (!seen.TryAdd(pair, c) && Apart(seen[pair]) is { } first && Apart(c) is { } second
                && first != second)
            {
                yield return new Sighting(Spot.Of(c), $"{c.Id} contradicts {seen[pair].Id}: {one} and "
                    + $"{other}",
                    "remove one of them");
            }
        }
    }

    // True: never together; false: always; null: a preference.
    private static bool? Apart(Constraint.Colocation c) => c.Score switch
    {
        null or { IsInfinity: true } => false,
        { IsMinusInfinity: true } => true,
        _ => null,
    };
}
