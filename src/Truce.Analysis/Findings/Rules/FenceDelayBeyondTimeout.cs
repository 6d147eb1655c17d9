using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that waits until its time is over.</summary>
public sealed class FenceDelayBeyondTimeout : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-delay-beyond-timeout", Severity.Warning,
        "A fence agent's own delay uses up the fencing timeout",
        "Every shot times out before the agent has begun");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice
        let delay = device.Parameter("delay")
        let given = Interval.ParseMilliseconds(device.Parameter("pcmk_reboot_timeout")?.Value)
            ?? input.Options.FencingTimeoutMs
        where Interval.ParseMilliseconds(delay?.Value) >= given
        select new Sighting(Spot.Of(delay!, device.Spot),
            $"{device.Written.Id} waits {delay!.Value} of the {given / 1000} s that it has",
            "use pcmk_delay_base instead, which doesn't count, or raise pcmk_reboot_timeout");
}
