using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Colocations that form a ring.</summary>
public sealed class ColocationLoop : Rule
{
    /// <summary>Each edge walks the graph; a configuration with more of them is bounded elsewhere.</summary>
    private const int EdgesMax = 2_000;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("colocation-loop", Severity.Warning,
        "Mandatory colocations form a loop",
        "The first to be placed is arbitrary, and if it can't run, none of them runs");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        (Constraint, ResourceId, ResourceId)[] edges =
        [
            .. input.Configuration.Constraints.OfType<Constraint.Colocation>()
                .Where(c => c is { Resource: not null, WithResource: not null } && c.Score?.Value >= Score.Infinity.Value)
                .Select(c => ((Constraint)c, c.Resource!.Value, c.WithResource!.Value)).Take(EdgesMax),
        ];
        return Loops.Closing(edges).Select(l => new Sighting(Spot.Of(l.Constraint), $"a loop of colocations: {l.Ring}",
            "remove one of the colocations"));
    }
}
