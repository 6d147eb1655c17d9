using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A rule whose time is over.</summary>
public sealed class ExpiredRule : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("expired-rule", Severity.Information,
        "A constraint holds only until a date that has passed",
        "It has no effect any more, and only makes the configuration harder to read");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        input.Now is not { } now ? [] :
        from location in input.Configuration.Constraints.OfType<Constraint.Location>()
        where !location.Rules.IsEmpty && location.Rules.All(r => r.BooleanOperator != BooleanOperator.Or
            && r.Conditions.OfType<RuleCondition.DateTest>().Any(
                d => d.Operation != DateOperation.Spec && d.End is { } end
                    && IsoTime.TryParse(end, TimeSpan.Zero, out DateTimeOffset time) && time < now))
        select new Sighting(Spot.Of(location), $"{location.Id} has expired",
            OperatorPlacement.IsId(location.Id) && location.Resource is { } resource
                ? $"remove it: truce resource clear {resource} --expired"
                : $"remove it: truce constraint delete {location.Id}");
}
