using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Stickiness that an endless preference defeats.</summary>
public sealed class PreferenceBeatsStickiness : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("preference-beats-stickiness", Severity.Warning,
        "A location preference of INFINITY defeats the stickiness",
        "When the preferred node returns, the resource is stopped and moved back at once: a "
            + "second outage, which the stickiness was to prevent");

    // Tools set 1 where the administrator chose nothing.
    private const int ToolDefault = 1;

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from location in input.Configuration.Constraints.OfType<Constraint.Location>()
        where location is { Resource: not null, Node: not null, Score.IsInfinity: true, Role: null
            or Role.Started }
            && !OperatorPlacement.IsId(location.Id)
        let first = input.PrimitivesOf(location.Resource!.Value).FirstOrDefault()
        where first is { IsFenceDevice: false, In: null }
        let stickiness = Score.ParseRounded(input.MetaInForce(first, "resource-stickiness")?.Value)
        where stickiness is { IsInfinity: false, Value: > ToolDefault }
        select new Sighting(Spot.Of(location),
            $"{location.Resource} prefers {location.Node} with INFINITY, its stickiness is only {stickiness}",
            "give the preference a finite score below the stickiness, or remove the stickiness if it is to "
                + "move back");
}
