using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Watchdogs that the cluster doesn't know of.</summary>
public sealed class DisklessSbdUnused : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("diskless-sbd-unused", Severity.Warning,
        "Nodes run diskless sbd, but fencing-watchdog-timeout isn't set",
        "The cluster doesn't rely on the watchdog: a node that no other device fences stays "
            + "unfenced, and nothing is recovered");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd.Where(f => !f.IsHeader && f.Devices.Length == 0).Take(1)
        where input.Options is { FencingEnabled: true, FencingWatchdogTimeoutMs: 0 }
            && input.Options.Text("fencing-watchdog-timeout") is null or "0" or "0s"
            && !input.Primitives.Any(p => p.IsFenceDevice)
        select SbdSpot.Sight(file, file.Values[0],
            SbdFile.DeviceKey, "no device is named, so that sbd is diskless",
            $"set fencing-watchdog-timeout={2 * file.WatchdogSeconds}s, or name a device in "
                + $"{SbdFile.DeviceKey}");
}
