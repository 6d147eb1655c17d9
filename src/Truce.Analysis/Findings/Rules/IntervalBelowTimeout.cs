using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A monitor whose interval is far shorter than its timeout.</summary>
public sealed class IntervalBelowTimeout : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("interval-below-timeout", Severity.Information,
        "A monitor's interval is at most half of its timeout",
        "A monitor that hangs delays the next ones: a failure is found only after the timeout, "
            + "not after the interval");

    // Said once: many agents recommend such values.
    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Operation[] all = [.. input.Primitives.SelectMany(p => p.Monitors)
            .Where(o => 2 * o.Interval.Milliseconds <= input.TimeoutMs(o))];
        if (all.Length == 0)
            yield break;
        string others = all.Length == 1 ? "" : $"; {all.Length - 1} more monitors alike";
        yield return new Sighting(Spot.Of(all[0]),
            string.Create(CultureInfo.InvariantCulture,
                $"every {all[0].Interval.Milliseconds / 1000.0:0.###} s, with a timeout of "
                    + $"{input.TimeoutMs(all[0]) / 1000.0:0.###} s{others}"),
            "nothing, if monitors are fast; count with the timeout when promising how soon a failure is "
                + "found "
                + "(truce failover-time)");
    }
}
