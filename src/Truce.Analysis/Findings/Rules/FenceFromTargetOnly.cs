using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that can be used only from the node that it is to fence.</summary>
public sealed class FenceFromTargetOnly : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-from-target-only", Severity.Warning,
        "The only node that may use a fence device is the one that it fences",
        "The device shares its target's fate: when that node is lost, no other node may fence it");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice))
        {
            if (FenceHosts.AsksHardware(device) || FenceHosts.Of(device) is not { Hosts: [var target] }
                || FenceReach.UsableFrom(input, device) is not [var only]
                || !only.Equals(target, StringComparison.OrdinalIgnoreCase))
                continue;
            yield return new Sighting(device.Spot,
                $"{device.Written.Id} fences {target}, and location constraints keep every other node "
                    + "from it",
                $"reverse the constraint: keep {device.Written.Id} off {target} instead of tying it "
                    + "there");
        }
    }
}
