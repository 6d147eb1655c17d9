using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An order whose second action is taken from the first.</summary>
public sealed class PromotionCarriesOver : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("promotion-carries-over", Severity.Warning,
        "An order on a promotion names no action for the resource that follows",
        "The action is taken over from the first: the order is about promoting a resource that "
            + "is never promoted, so that it has no effect");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from order in input.Configuration.Constraints.OfType<Constraint.Ordering>()
        where order is { FirstAction: OrderAction.Promote or OrderAction.Demote, ThenAction: null,
            Then: not null }
        let then = input.Index.Resource(order.Then!.Value)
        where then is not null && !Promotion.IsPossible(input, then)
        select new Sighting(Spot.Of(order),
            $"without a then-action, the order is about {Word(order.FirstAction)} {then.Id}, which never "
                + $"happens",
            "write then-action=\"start\"");

    private static string Word(OrderAction? action) => action == OrderAction.Demote
        ? "demoting" : "promoting";
}
