using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A message that counts as read too soon.</summary>
public sealed class SbdMsgwaitShort : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.Sbd;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("sbd-msgwait-short", Severity.Warning,
        "sbd's msgwait is below twice the watchdog timeout",
        "A node counts as off while its watchdog may still be running: its resources are started "
            + "a second time");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from file in input.Sbd
        let wait = file.Find("Timeout (msgwait)")
        let watchdog = file.Seconds("Timeout (watchdog)")
        where wait is not null && file.Seconds(wait.Key) < 2 * watchdog
        select SbdSpot.Sight(file, wait, "msgwait",
            $"msgwait is {wait.Text} s, the watchdog's timeout {watchdog} s",
            $"write the header anew with at least -4 {2 * watchdog}: sbd -d DEVICE -1 {watchdog} -4 "
                + $"{2 * watchdog} create");
}
