using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A threshold below nothing.</summary>
public sealed class NegativeThreshold : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("negative-threshold", Severity.Warning,
        "migration-threshold is negative",
        "Pacemaker 2 reads it as no limit, Pacemaker 3 refuses it: what was meant isn't done");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from holder in input.Resources.Select(r => (Spot: Spot.Of(r), Sets: r.MetaAttributes))
            .Append((Spot: new Spot("rsc_defaults", null), Sets: input.Configuration.ResourceDefaults))
        from pair in PlacedPrimitive.Pairs(input.Index.Resolve(holder.Sets))
        where pair.Name == "migration-threshold" && Score.ParseRounded(pair.Value) is { Value: < 0 }
        select new Sighting(Spot.Of(pair, holder.Spot), $"migration-threshold is {pair.Value}",
            "write INFINITY for no limit, or the number of failures after which it moves");
}
