using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A resource that no node can carry.</summary>
public sealed class TooLargeForAnyNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("too-large-for-any-node", Severity.Warning,
        "A resource takes more of a capacity than any node has",
        "It never runs, even if all nodes are empty");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        input.Options.Text("placement-strategy") is null or "default" ? [] :
        from primitive in input.Primitives
        where !primitive.IsFenceDevice
        from pair in PlacedPrimitive.Pairs(primitive.Effective.Utilization)
        where Numbers.ParseInt(pair.Value) is > 0 and var wanted && input.Members.Any()
            && input.Members.All(n => Capacity(input, n, pair.Name) < wanted)
        select new Sighting(Spot.Of(pair, primitive.Spot),
            $"{primitive.Written.Id} takes {pair.Name}={pair.Value}, more than any node has",
            "correct the resource's utilization, or the nodes'");

    private static int Capacity(RuleInput input, Node node, string? name) => Numbers.ParseInt(
        PlacedPrimitive.Pairs(input.Index.Resolve(node.Utilization))
            .FirstOrDefault(p => p.Name == name)?.Value) ?? 0;
}
