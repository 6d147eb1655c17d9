using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two operations that can't be distinguished.</summary>
public sealed class DuplicateMonitor : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("duplicate-monitor", Severity.Warning,
        "Two operations of a resource have the same name and interval",
        "Only one of them runs: one role, or the whole resource, isn't monitored");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            HashSet<(string, long)> seen = [];
            foreach (Operation operation in primitive.Written.Operations?.Operations ?? [])
            {
                if (!seen.Add((operation.Name, operation.Interval.Milliseconds)))
                {
                    yield return new Sighting(Spot.Of(operation),
                        $"{primitive.Written.Id} has a second {operation.Name} every {operation.Interval.Milliseconds} ms",
                        "give each its own interval (11s beside 10s), or remove one");
                }
            }
        }
    }
}
