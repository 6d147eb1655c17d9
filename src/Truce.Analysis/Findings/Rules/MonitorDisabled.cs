using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A monitor that was switched off.</summary>
public sealed class MonitorDisabled : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("monitor-disabled", Severity.Warning,
        "A recurring monitor is switched off",
        "The resource's failure goes unnoticed");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        from operation in primitive.Operations
        where operation is { Name: OperationNames.Monitor, Interval.Milliseconds: > 0, Enabled: false }
        select new Sighting(Spot.Of(operation), $"a monitor of {primitive.Written.Id} has enabled=false",
            "set enabled=true once the work that it was switched off for is done");
}
