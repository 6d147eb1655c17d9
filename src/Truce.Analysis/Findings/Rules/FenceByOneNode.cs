using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A node that just one other node can fence, in a cluster of three or more.</summary>
public sealed class FenceByOneNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-by-one-node", Severity.Warning,
        "Only one other node can fence a node",
        "If a split leaves both on one side, or both die together, the remaining nodes have quorum but "
            + "can't fence: recovery waits");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        string[] nodes = [.. input.Members.Select(n => n.Name.Value)];
        if (!input.Options.FencingEnabled || nodes.Length < 3)
            yield break;
        foreach (Node node in input.Members)
        {
            PlacedPrimitive[] able = [.. devices.Where(d => FenceReach.MayFence(d, node.Name.Value))];
            string[] others = [.. able.SelectMany(d => FenceReach.UsableFrom(input, d)).Distinct()
                .Where(n => n != node.Name.Value)];
            if (others is [var only])
            {
                yield return new Sighting(
                    Spot.Of(node),
                    $"only {only} can fence {node.Name}: constraints keep the other nodes from "
                    + $"{string.Join(" and ", able.Select(d => d.Written.Id))}",
                    "let every node but the target use the device, or add a device that others can use");
            }
        }
    }
}
