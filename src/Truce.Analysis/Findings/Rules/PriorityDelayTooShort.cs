using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A head start that a random delay can eat up.</summary>
public sealed class PriorityDelayTooShort : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("priority-delay-too-short", Severity.Warning,
        "priority-fencing-delay isn't at least twice the delay of a fence device",
        "The side with the less important resources may shoot first");

    private static readonly string[] s_delays = ["pcmk_delay_base", "pcmk_delay_max"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (!input.Options.FencingEnabled || input.Options.PriorityFencingDelayMs <= 0)
            yield break;
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice))
        {
            if (s_delays.Select(device.Parameter).OfType<NameValue>()
                .FirstOrDefault(p => Interval.ParseMilliseconds(
                p.Value) is { } own && 2 * own > input.Options.PriorityFencingDelayMs) is not { } delay)
                continue;
            yield return new Sighting(input.SpotOfOption("priority-fencing-delay", "priority-fencing-delay"),
                $"priority-fencing-delay is {input.Options.Text("priority-fencing-delay")}, and "
                    + $"{device.Written.Id} "
                    + $"has {delay.Name}={delay.Value}",
                "make it at least twice the longest pcmk_delay_base or pcmk_delay_max, or remove those");
            yield break;
        }
    }
}
