using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A promoted instance that isn't monitored.</summary>
public sealed class PromotedUnwatched : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("promoted-unwatched", Severity.Warning,
        "A promotable resource has no monitor for the promoted role",
        "The failure of the promoted instance, the one that clients use, goes unnoticed");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive.In is { } clone && Promotion.IsPossible(input, clone)
            && primitive.Monitors.Any() && !primitive.Monitors.Any(o => o.Role == Role.Promoted)
        select new Sighting(primitive.Spot, $"{primitive.Written.Id} has no monitor with role=\"Promoted\"",
            "add one with an interval of its own: <op name=\"monitor\" interval=\"15s\" role=\"Promoted\"/>");
}
