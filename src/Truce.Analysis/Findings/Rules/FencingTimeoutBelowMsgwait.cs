using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A shot that is over before it was read.</summary>
public sealed class FencingTimeoutBelowMsgwait : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fencing-timeout-below-msgwait", Severity.Warning,
        "The fencing timeout is below 1.2 times sbd's msgwait",
        "Each shot by sbd times out, although it takes effect: the node's resources aren't recovered");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && device.Type is "fence_sbd" or "external/sbd"
        let given = Interval.ParseMilliseconds(device.Parameter("pcmk_reboot_timeout")?.Value)
            ?? input.Options.FencingTimeoutMs
        let wait = input.Sbd.Max(f => f.Seconds("Timeout (msgwait)"))
        where given < 1_200L * wait
        select new Sighting(device.Spot, $"{device.Written.Id} has {given / 1000} s, and msgwait is {wait} s",
            $"set fencing-timeout to {(12 * wait + 9) / 10}s or more");
}
