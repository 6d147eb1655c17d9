using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Failures that are forgotten before they count.</summary>
public sealed class FailureTimeoutBelowInterval : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("failure-timeout-below-interval", Severity.Warning,
        "A failure-timeout is shorter than the monitor interval",
        "Each failure is forgotten before the next one is found: the migration threshold is "
            + "never reached, and the resource restarts for ever");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives.Where(p => !p.IsFenceDevice))
        {
            if (input.MetaInForce(primitive, "failure-timeout") is not { } pair
                || Interval.ParseMilliseconds(pair.Value) is not (> 0 and { } forgotten)
                || Score.ParseRounded(input.MetaInForce(primitive, "migration-threshold")?.Value)
                    is not { IsInfinity: false, Value: > 1 }
                || !primitive.Monitors.Any())
                continue;
            long interval = primitive.Monitors.Min(o => o.Interval.Milliseconds);
            if (forgotten >= interval)
                continue;
            yield return new Sighting(primitive.Spot,
                string.Create(CultureInfo.InvariantCulture,
                    $"{primitive.Written.Id} forgets failures after {forgotten / 1000.0:0.###} s, "
                        + $"and is monitored every {interval / 1000.0:0.###} s"),
                "make failure-timeout several times the interval times migration-threshold");
        }
    }
}
