using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two watchdogs and nobody to decide.</summary>
public sealed class DisklessSbdOfTwo : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("diskless-sbd-of-two", Severity.Warning,
        "Two nodes with diskless sbd, and no quorum device",
        "After a split both nodes believe to have quorum: neither watchdog fires, and both run "
            + "everything");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd.Where(f => !f.IsHeader && f.Devices.Length == 0).Take(1)
        from corosync in input.Corosync.Take(1)
        where corosync is { Nodes.Length: 2, Device: null } && input.Options.FencingWatchdogTimeoutMs > 0
        select SbdSpot.Sight(file, file.Values[0],
            SbdFile.DeviceKey, "two nodes, no shared device, no quorum device",
            "add a quorum device (and remove two_node), a third node, or a shared device for sbd");
}
