using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Something that waits for what is to stay stopped.</summary>
public sealed class WaitsForStopped : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("waits-for-stopped", Severity.Information,
        "A resource needs another one whose target-role is Stopped",
        "It doesn't run either, as long as the other one is to be stopped");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from order in input.Configuration.Constraints.OfType<Constraint.Ordering>()
        where order is { First: not null, Then: not null, Kind: null or OrderKind.Mandatory,
            FirstAction: null or OrderAction.Start or OrderAction.Promote }
            && order.Score is null or { Value: > 0 }
        let first = order.First!.Value
        let then = order.Then!.Value
        where IsStopped(input, first) && !IsStopped(input, then)
        select new Sighting(Spot.Of(order), $"{then} waits for {first}, whose target-role is Stopped",
            $"start it (truce resource start {first}), or make the order optional");

    private static bool IsStopped(RuleInput input, ResourceId id)
    {
        PlacedPrimitive[] all = [.. input.PrimitivesOf(id)];
        return all.Length > 0 && all.All(p => input.MetaInForce(p, "target-role")?.Value is "Stopped"
            or "stopped");
    }
}
