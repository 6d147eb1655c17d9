using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A resource that isn't monitored.</summary>
public sealed class UnwatchedResource : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unwatched-resource", Severity.Warning,
        "A resource has no recurring monitor",
        "Its failure goes unnoticed: it stays down until a client complains");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where !primitive.IsFenceDevice && primitive.Effective.Agent is not null
            && !primitive.Operations.Any(o =>
                o is { Name: OperationNames.Monitor, Interval.Milliseconds: > 0 })
            && CibBoolean.Parse(input.MetaInForce(primitive, "is-managed")?.Value) != false
        select new Sighting(primitive.Spot, $"{primitive.Written.Id} has no recurring monitor",
            "add <op name=\"monitor\" interval=\"30s\" timeout=\"…\"/>, with the timeout that the agent "
                + "recommends");
}
