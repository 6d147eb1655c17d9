using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A node that counts as off too soon.</summary>
public sealed class WatchdogTimeoutShort : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("watchdog-timeout-short", Severity.Warning,
        "fencing-watchdog-timeout is below twice the watchdog's timeout on a node",
        "A lost node counts as off before its watchdog has certainly fired: its resources are "
            + "started a second time, and data is lost");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd.Where(f => !f.IsHeader && f.Devices.Length == 0).OrderByDescending(f =>
            f.WatchdogSeconds).Take(1)
        where input.Options.FencingWatchdogTimeoutMs > 0
            && input.Options.FencingWatchdogTimeoutMs < 2_000L * file.WatchdogSeconds
        select new Sighting(input.SpotOfOption("fencing-watchdog-timeout", "stonith-watchdog-timeout"),
            $"{input.Options.Text("fencing-watchdog-timeout")}, and the watchdog fires after "
                + $"{file.WatchdogSeconds} s "
                + $"({file.Name})",
            $"set it to at least {2 * file.WatchdogSeconds}s on all nodes");
}
