using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two nodes that shoot at the same time.</summary>
public sealed class TwoNodesWithoutDelay : Rule
{
    private static readonly string[] s_delays = ["pcmk_delay_base", "pcmk_delay_max", "delay"];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("two-nodes-without-delay", Severity.Information,
        "Nothing in the configuration says which of two nodes survives a split",
        "Both fence at once; if the device lets both through, both are down, and after the reboot it "
            + "may begin again");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        if (!input.Options.FencingEnabled || input.Members.Count() != 2 || devices.Length == 0
            || input.Options.PriorityFencingDelayMs > 0 || input.Options.FenceHeadStartMs > 0
            || devices.Any(d => s_delays.Any(n => d.Parameter(n) is not null)))
            yield break;
        yield return new Sighting(devices[0].Spot, "two nodes, and no fence delay",
            "leave truce-fence-head-start at its default of 15s, or set pcmk_delay_base on one "
                + "of two devices");
    }
}
