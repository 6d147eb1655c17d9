using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Orders that form a ring.</summary>
public sealed class OrderLoop : Rule
{
    /// <summary>Each edge walks the graph; a configuration with more orders is bounded elsewhere.</summary>
    private const int EdgesMax = 2_000;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("order-loop", Severity.Warning,
        "Mandatory orders form a loop",
        "Each waits for another: either one of the orders is violated, or none of the resources runs");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        (Constraint, ResourceId, ResourceId)[] edges =
        [
            .. input.Configuration.Constraints.OfType<Constraint.Ordering>()
                .Where(o => o is { First: not null, Then: not null } && IsMandatory(o) && IsUsual(o.FirstAction) && IsUsual(o.ThenAction))
                .Select(o => ((Constraint)o, o.First!.Value, o.Then!.Value)).Take(EdgesMax),
        ];
        return Loops.Closing(edges).Select(l => new Sighting(Spot.Of(l.Constraint), $"a loop of orders: {l.Ring}",
            "remove one of the orders"));
    }

    private static bool IsMandatory(Constraint.Ordering order) =>
        order.Kind is null ? order.Score is null || order.Score.Value.Value > 0 : order.Kind == OrderKind.Mandatory;

    private static bool IsUsual(OrderAction? action) => action is null or OrderAction.Start or OrderAction.Promote;
}
