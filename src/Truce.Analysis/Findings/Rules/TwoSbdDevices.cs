using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two devices, of which both are needed.</summary>
public sealed class TwoSbdDevices : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("two-sbd-devices", Severity.Warning,
        "sbd has two devices",
        "With two devices a node needs both to be sure: the loss of either is worse than with "
            + "one, and never better");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd
        where file.Devices.Length == 2
        select SbdSpot.Sight(file, file.Find(SbdFile.DeviceKey)!, SbdFile.DeviceKey, "two devices",
            "use one, or three on storage that fails independently");
}
