using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>More instances to be promoted than there are.</summary>
public sealed class PromotedMaxBeyondClone : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("promoted-max-beyond-clone", Severity.Warning,
        "promoted-max is larger than clone-max",
        "Fewer instances are promoted than intended");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from clone in input.Resources.OfType<Resource.Cloned>()
        let promoted = input.Meta(clone, "promoted-max", "master-max")
        where promoted is not null && Numbers.ParseInt(promoted.Value) is { } wanted
            && Numbers.ParseInt(input.Meta(clone, "clone-max")?.Value) is { } there && wanted > there
        select new Sighting(Spot.Of(promoted, Spot.Of(clone)),
            $"{clone.Id} is to have {promoted.Value} promoted instances of "
                + $"{input.Meta(clone, "clone-max")?.Value}",
            "lower promoted-max, or raise clone-max");
}
