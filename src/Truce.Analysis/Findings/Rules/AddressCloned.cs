using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>One address on several nodes.</summary>
public sealed class AddressCloned : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("address-cloned", Severity.Warning,
        "An address is cloned without being shared by hash",
        "Several nodes answer for the same address: connections break at random");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive is { Type: "IPaddr2" or "IPaddr", In: { } clone }
            && input.Meta(clone, "clone-max")?.Value != "1"
            && CibBoolean.Parse(input.Meta(clone, "globally-unique")?.Value) != true
            && CibBoolean.Parse(primitive.Parameter("lvs_support")?.Value) != true
            && !(primitive.Parameter("nic")?.Value ?? "").StartsWith("lo", StringComparison.Ordinal)
        select new Sighting(primitive.Spot, $"{primitive.Written.Id} takes its address on every node",
            "take it out of the clone; to share it by hash, set globally-unique=true");
}
