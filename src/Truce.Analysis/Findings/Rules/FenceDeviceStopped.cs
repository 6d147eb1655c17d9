using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device that was switched off.</summary>
public sealed class FenceDeviceStopped : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-device-stopped", Severity.Warning,
        "A fence device is disabled (target-role=Stopped)",
        "It isn't used: the nodes that only it fences can't be fenced");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && input.Options.FencingEnabled
        let role = input.MetaInForce(device, "target-role")
        where role?.Value is "Stopped" or "stopped"
        select new Sighting(Spot.Of(role, device.Spot), $"{device.Written.Id} is disabled",
            $"enable it (truce resource start {device.Written.Id}), or remove it and what it was for");
}
