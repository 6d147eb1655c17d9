using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A message into a box that nobody reads.</summary>
public sealed class SbdOtherDevice : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("sbd-other-device", Severity.Warning,
        "fence_sbd and the nodes' sbd use different devices",
        "The shot is written where the target doesn't look: it counts as off and goes on running");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd.Where(f => f.Devices.Length > 0)
        from device in input.Primitives
        where device is { IsFenceDevice: true, Type: "fence_sbd" }
        let named = device.Parameter("devices")
        where named is not null
        let written = named.Value!.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries)
        where !written.Order(StringComparer.Ordinal).SequenceEqual(file.Devices.Order(StringComparer.Ordinal))
        select new Sighting(Spot.Of(named, device.Spot),
            $"{device.Written.Id} writes to {named.Value}, and {file.Name} has "
                + string.Join(';', file.Devices),
            $"write {string.Join(',', file.Devices)}");
}
