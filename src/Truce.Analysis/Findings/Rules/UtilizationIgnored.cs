using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Capacities that nothing looks at.</summary>
public sealed class UtilizationIgnored : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("utilization-ignored", Severity.Information,
        "Resources have utilization, but placement-strategy is default",
        "Capacities are ignored: more may be placed on a node than it can carry");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.Text("placement-strategy") is null or "default"
            && input.Primitives.FirstOrDefault(p => PlacedPrimitive.Pairs(p.Effective.Utilization).Any())
                is { } first)
        {
            yield return new Sighting(input.SpotOfOption("placement-strategy", "placement-strategy"),
                $"{first.Written.Id} has utilization, but placement-strategy isn't set",
                "set placement-strategy to utilization, balanced or minimal, or remove the utilization");
        }
    }
}
