using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A watchdog that fires while votes are counted.</summary>
public sealed class SbdQdeviceWatchdog : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("sbd-qdevice-watchdog", Severity.Warning,
        "Diskless sbd: the watchdog fires before the quorum device has answered",
        "When a node is lost, the others have no quorum until the device has voted; their "
            + "watchdogs fire first, and all nodes reset");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd.Where(f => !f.IsHeader && f.Devices.Length == 0)
        from corosync in input.Corosync.Take(1)
        where corosync.Device is not null && corosync.Times is { } times
            && file.WatchdogSeconds * 1000L <= times.DeviceSyncMs
        select SbdSpot.Sight(file, file.Find(SbdFile.WatchdogKey) ?? file.Values[0], SbdFile.WatchdogKey,
            $"the watchdog fires after {file.WatchdogSeconds} s, the device may take "
                + $"{corosync.Times!.DeviceSyncMs / 1000} s",
            $"set {SbdFile.WatchdogKey} above sync_timeout of the quorum device "
                + $"({corosync.Times.DeviceSyncMs / 1000} s)");
}
