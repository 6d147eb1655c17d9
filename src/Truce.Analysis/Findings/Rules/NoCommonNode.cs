using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two resources that must be together and can't be.</summary>
public sealed class NoCommonNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("no-common-node", Severity.Warning,
        "A mandatory colocation of resources that have no node in common",
        "The dependent resource never runs");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (Constraint.Colocation c in input.Configuration.Constraints.OfType<Constraint.Colocation>())
        {
            if (c is not { Resource: { } dependent, WithResource: { } primary, NodeAttribute: null }
                || c.Score is { IsInfinity: false }
                || input.Index.Resource(dependent) is not { } follows
                || input.Index.Resource(primary) is not { } leads)
                continue;
            NodeId[] one = Reach.NotBanned(input, follows), other = Reach.NotBanned(input, leads);
            if (one.Length > 0 && other.Length > 0 && !one.Intersect(other).Any())
            {
                yield return new Sighting(Spot.Of(c),
                    $"{dependent} may run on {string.Join(", ", one)}, {primary} on "
                        + $"{string.Join(", ", other)}",
                    "correct the location constraints, or remove the colocation");
            }
        }
    }
}
