using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two delays that cancel each other.</summary>
public sealed class TwoNodesEqualDelay : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("two-nodes-equal-delay", Severity.Warning,
        "Both devices of two nodes have the same fixed delay",
        "Both nodes shoot at the same moment all the same, only later: both go down");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        if (input.Members.Count() != 2 || devices.Length != 2
            || devices.Any(d => FenceHosts.Of(d) is not { Hosts.Length: 1 }
                || d.Parameter("pcmk_delay_max") is not null))
            yield break;
        NameValue?[] delays = [.. devices.Select(d => d.Parameter("pcmk_delay_base"))];
        if (Interval.ParseMilliseconds(delays[0]?.Value) is > 0 and var first
            && Interval.ParseMilliseconds(delays[1]?.Value) == first)
        {
            yield return new Sighting(Spot.Of(delays[1]!, devices[1].Spot),
                $"{devices[0].Written.Id} and {devices[1].Written.Id} both wait {delays[1]!.Value}",
                "set the delay only on the device that fences the node which should survive");
        }
    }
}
