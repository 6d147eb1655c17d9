using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A fencing level for a node that doesn't exist.</summary>
public sealed class LevelUnknownNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("level-unknown-node", Severity.Warning,
        "A fencing level is for a node that doesn't exist",
        "The level is never used: the intended node is fenced in another way than planned");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        string[] nodes = [.. input.Configuration.Nodes.Select(n => n.Name.Value),
            .. UnknownLocationNode.Guests(input)];
        if (input.Configuration.Nodes.Count == 0)
            yield break;
        foreach (FencingLevel level in input.Configuration.FencingTopology)
        {
            if (level.Target is not LevelTarget.ByName(var node)
                || nodes.Contains(node.Value, StringComparer.OrdinalIgnoreCase))
                continue;
            string? nearest = NearestName.Find(node.Value, nodes);
            yield return new Sighting(Spot.Of(level), $"there is no node {node}",
                nearest is null ? "remove the level, or name a node" : $"write '{nearest}' if that was "
                    + $"meant");
        }
    }
}
