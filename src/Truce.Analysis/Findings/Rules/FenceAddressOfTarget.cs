using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device at the address of the very machine that it is to fence.</summary>
public sealed class FenceAddressOfTarget : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-address-of-target", Severity.Warning,
        "A fence device has its target's own address",
        "The node itself answers there: it can't when it hangs, is cut off or has no "
            + "power, so the node can't be fenced");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice))
        {
            string[] hosts = FenceHosts.Of(device)?.Hosts ?? [];
            foreach (NameValue pair in FenceHosts.Addresses(device))
            {
                if (hosts.FirstOrDefault(
                    h => h.Equals(pair.Value, StringComparison.OrdinalIgnoreCase)) is { } target)
                {
                    yield return new Sighting(Spot.Of(pair, device.Spot),
                        $"{device.Written.Id} fences {target} and has the address {pair.Value}",
                        "use the address of the power switch or management controller, on a network "
                            + "of its own");
                }
            }
        }
    }
}
