using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device for a node that doesn't exist.</summary>
public sealed class FenceUnknownHost : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-unknown-host", Severity.Warning,
        "A fence device names a host that isn't a node",
        "The device is never used for the intended node; in pcmk_host_map the node's name comes before the colon");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        string[] nodes = [.. input.Configuration.Nodes.Select(n => n.Name.Value)];
        if (nodes.Length == 0)
            yield break;
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice))
        {
            if (FenceHosts.Of(device) is not { } named)
                continue;
            foreach (string host in named.Hosts.Where(h => !nodes.Contains(h, StringComparer.OrdinalIgnoreCase)).Distinct())
            {
                string? nearest = NearestName.Find(host, nodes);
                yield return new Sighting(Spot.Of(named.Pair, device.Spot), $"{device.Written.Id} fences '{host}', which isn't a node",
                    nearest is null ? $"name nodes: {string.Join(", ", nodes.Take(8))}" : $"write '{nearest}' if that was meant");
            }
        }
    }
}
