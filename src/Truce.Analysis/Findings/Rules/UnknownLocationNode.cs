using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A location constraint for a node that doesn't exist.</summary>
public sealed class UnknownLocationNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unknown-location-node", Severity.Warning,
        "A location constraint names a node that doesn't exist",
        "It has no effect: the resource may run anywhere, including a node that it was to be kept off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        string[] nodes = [.. input.Configuration.Nodes.Select(n => n.Name.Value), .. Guests(input)];
        if (input.Configuration.Nodes.Count == 0)
            yield break;
        foreach (Constraint.Location location in input.Configuration.Constraints.OfType<Constraint.Location>())
        {
            if (location.Node is not { } node || nodes.Contains(node.Value, StringComparer.OrdinalIgnoreCase))
                continue;
            string? nearest = NearestName.Find(node.Value, nodes);
            yield return new Sighting(Spot.Of(location), $"there is no node {node}",
                nearest is null ? "remove it, or name a node" : $"write '{nearest}' if that was meant");
        }
    }

    /// <summary>The names of remote nodes, guests and containers, which resources define.</summary>
    internal static IEnumerable<string> Guests(RuleInput input) =>
    [
        .. input.Primitives.Select(p => p.Meta("remote-node")?.Value).OfType<string>(),
        .. input.Primitives.Where(p => p.Effective.Agent is { Provider: "pacemaker", Type: "remote" })
            .Select(p => p.Written.Id.Value),
        .. input.Resources.OfType<Resource.Bundle>().SelectMany(b =>
            Enumerable.Range(0, Math.Clamp(b.Container.Replicas ?? b.Container.PromotedMax ?? 1, 0,
                ExpansionLimits.InstancesPerResource))
                .Select(i => $"{b.Id}-{i}")),
    ];
}
