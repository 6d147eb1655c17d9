using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A clone whose every instance waits for every other node.</summary>
public sealed class CloneNotInterleaved : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("clone-not-interleaved", Severity.Warning,
        "A clone is ordered after another clone, and isn't interleaved",
        "Its instances wait for the other clone on all nodes: when one node joins or leaves, "
            + "they restart everywhere");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        HashSet<ResourceId> told = [];
        foreach (Constraint.Ordering order in input.Configuration.Constraints.OfType<Constraint.Ordering>())
        {
            if (order is not { First: { } first, Then: { } then, Kind: null or OrderKind.Mandatory }
                || order.Score is { Value: <= 0 } || Several(input, first) is null
                || Several(input, then) is not { } waits
                || CibBoolean.Parse(Interleave(input, waits)) == true || !told.Add(waits.Id))
                continue;
            yield return new Sighting(Spot.Of(waits),
                $"{waits.Id} is ordered after {first} without interleave=true",
                "set interleave=true, so that each instance waits only for the one on its own node");
        }
    }

    private static Resource.Cloned? Several(RuleInput input, ResourceId id) =>
        input.Index.Resource(id) is Resource.Cloned clone && input.Meta(clone, "clone-max")?.Value != "1"
            ? clone : null;

    private static string? Interleave(RuleInput input, Resource.Cloned clone) =>
        input.Meta(clone, "interleave")?.Value ?? PlacedPrimitive.Pairs(input.Configuration.ResourceDefaults)
            .FirstOrDefault(p => p.Name == "interleave")?.Value;
}
