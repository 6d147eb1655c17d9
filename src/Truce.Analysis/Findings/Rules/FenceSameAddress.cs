using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two nodes behind one management controller.</summary>
public sealed class FenceSameAddress : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-same-address", Severity.Warning,
        "Two fence devices for different nodes have the same address",
        "One of them shoots the wrong node: a management controller belongs to one machine");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Dictionary<string, PlacedPrimitive> seen = [];
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice
            && FenceKinds.IsController(p)))
        {
            if (FenceHosts.Addresses(device).FirstOrDefault() is not { } address
                || FenceHosts.Of(device) is not { Hosts: [var host] })
                continue;
            string key = $"{address.Value} {device.Parameter("ipport")?.Value}";
            if (seen.TryAdd(key, device) || FenceHosts.Of(seen[key])?.Hosts is [var other]
                && other.Equals(host, StringComparison.OrdinalIgnoreCase))
                continue;
            yield return new Sighting(Spot.Of(address, device.Spot),
                $"{seen[key].Written.Id} and {device.Written.Id} both have the address {address.Value}",
                "give each the address of its own node's controller");
        }
    }
}
