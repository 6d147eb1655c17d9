using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Waiting for a watchdog that isn't there.</summary>
public sealed class WatchdogTimeoutAlone : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("watchdog-timeout-alone", Severity.Warning,
        "fencing-watchdog-timeout is set, but have-watchdog says that there is no watchdog",
        "Pacemaker refuses to start with it; a node that counts as dead after that time would still be alive");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (input.Options.FencingWatchdogTimeoutMs != 0 && !input.Options.HaveWatchdog)
        {
            yield return new Sighting(input.SpotOfOption("fencing-watchdog-timeout", "stonith-watchdog-timeout"),
                "a watchdog timeout is set, but the nodes have no watchdog",
                "configure a watchdog on every node, or remove the option");
        }
    }
}
