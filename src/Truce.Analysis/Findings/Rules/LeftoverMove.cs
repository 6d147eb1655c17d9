using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A constraint that a move or ban left behind.</summary>
public sealed class LeftoverMove : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("leftover-move", Severity.Warning,
        "A constraint of crm_resource --move or --ban is still there",
        "The resource goes back to one node, or never runs on another, long after the reason is "
            + "forgotten: after a failure it may not run anywhere");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from location in input.Configuration.Constraints.OfType<Constraint.Location>()
        where OperatorPlacement.ForeignPrefixes.Any(p => location.Id.StartsWith(p, StringComparison.Ordinal))
            && !location.Rules.SelectMany(r => r.Conditions).OfType<RuleCondition.DateTest>().Any()
        select new Sighting(Spot.Of(location),
            $"{location.Id} was left behind when {location.Resource?.Value ?? "a resource"} was moved or "
                + $"banned",
            $"remove it: truce resource clear {location.Resource?.Value ?? "RESOURCE"}, or crm_resource "
                + $"--clear");
}
