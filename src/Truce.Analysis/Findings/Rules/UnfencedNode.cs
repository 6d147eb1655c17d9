using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A node that no device fences.</summary>
public sealed class UnfencedNode : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unfenced-node", Severity.Warning,
        "No fence device covers a node",
        "When it is lost, its resources stay down until an operator confirms that it is off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        if (!input.Options.FencingEnabled || devices.Length == 0 || devices.Any(FenceHosts.AsksHardware))
            yield break;
        HashSet<string> covered = new(devices.SelectMany(d => FenceHosts.Of(d)?.Hosts ?? []), StringComparer.OrdinalIgnoreCase);
        foreach (Node node in input.Members.Where(n => !covered.Contains(n.Name.Value)))
        {
            yield return new Sighting(Spot.Of(node), $"no fence device covers {node.Name}",
                "add it to pcmk_host_list or pcmk_host_map of a device, or add a device for it");
        }
    }
}
