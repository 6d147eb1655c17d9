using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A monitor that takes longer than its interval.</summary>
public sealed class SlowerThanInterval : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("slower-than-interval", Severity.Warning,
        "A monitor took longer than its interval",
        "Monitors follow each other without a pause: the load stays high, and a failure is found "
            + "later than the interval promises");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        from operation in primitive.Monitors
        let taken = Recorded.LongestMs(input, primitive, operation)
        where taken > operation.Interval.Milliseconds
        select new Sighting(Spot.Of(operation),
            string.Create(CultureInfo.InvariantCulture,
                $"took {taken / 1000.0:0.###} s, but runs every "
                    + $"{operation.Interval.Milliseconds / 1000.0:0.###} s"),
            "make the interval longer than a monitor takes, or find out why it is slow");
}
