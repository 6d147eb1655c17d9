using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A failure that nothing follows from.</summary>
public sealed class FailureIgnored : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("failure-ignored", Severity.Warning,
        "A monitor has on-fail=ignore",
        "The resource counts as running although it has failed: it isn't restarted, and doesn't move");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where !primitive.IsFenceDevice
        from operation in primitive.Operations
        where operation is { Name: OperationNames.Monitor, OnFail: OnFail.Ignore, Interval.Milliseconds: > 0 }
        select new Sighting(Spot.Of(operation), $"failures of {primitive.Written.Id} are ignored",
            "use on-fail=restart (the default), or on-fail=block to be told and decide yourself");
}
