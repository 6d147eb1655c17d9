using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A constraint about a promotion that never happens.</summary>
public sealed class PromotionOfUnpromotable : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("promotion-of-unpromotable", Severity.Warning,
        "A constraint refers to the promotion of a resource that can't be promoted",
        "An order has no effect; a colocation with the promoted role can't be satisfied, so the dependent "
            + "resource may not run");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (Constraint constraint in input.Configuration.Constraints)
        {
            foreach (ResourceId id in Promoted(constraint, input.Index).Distinct())
            {
                if (input.Index.Resource(id) is { } resource && !Promotion.IsPossible(input, resource))
                {
                    yield return new Sighting(Spot.Of(constraint),
                        $"{id} is never promoted: it isn't promotable",
                        "set promotable=true on its clone, or refer to start and Started");
                }
            }
        }
    }

    private static IEnumerable<ResourceId> Promoted(Constraint constraint, ConfigurationIndex index)
    {
        IEnumerable<ResourceId?> named = constraint switch
        {
            Constraint.Ordering o =>
            [
                IsPromotion(o.FirstAction) ? o.First : null, IsPromotion(o.ThenAction) ? o.Then : null,
            ],
            Constraint.Colocation c =>
            [
                c.Role == Role.Promoted ? c.Resource : null, c.WithRole == Role.Promoted
                    ? c.WithResource : null,
            ],
            Constraint.Location l => [l.Role == Role.Promoted ? l.Resource : null],
            Constraint.Ticket t => [t.Role == Role.Promoted ? t.Resource : null],
        };
        return
        [
            .. named.OfType<ResourceId>(),
            .. constraint.Sets.Select(index.Resolve)
                .Where(s => s.Role == Role.Promoted || IsPromotion(s.Action)).SelectMany(s => s.Resources),
        ];
    }

    private static bool IsPromotion(OrderAction? action) => action is OrderAction.Promote
        or OrderAction.Demote;
}
