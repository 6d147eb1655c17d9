using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Poison that nobody pours.</summary>
public sealed class SbdWithoutDevice : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("sbd-without-device", Severity.Warning,
        "Nodes run sbd with a shared device, and the configuration has no fence device for it",
        "sbd watches the nodes, but no node can be shot by it");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd.Where(f => f.Devices.Length > 0).Take(1)
        where input.Options.FencingEnabled
            && !input.Primitives.Any(p => p.IsFenceDevice && p.Type is "fence_sbd" or "external/sbd")
        select SbdSpot.Sight(file, file.Find(SbdFile.DeviceKey)!,
            SbdFile.DeviceKey, "no fence_sbd in the configuration",
            $"add a fence device of fence_sbd with devices={string.Join(',', file.Devices)}");
}
