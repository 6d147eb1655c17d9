using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Something that needs the promoted instance, but waits only for a started one.</summary>
public sealed class OrderForgetsPromotion : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("order-forgets-promotion", Severity.Warning,
        "A resource runs with the promoted instance, but is ordered after the start",
        "It starts before the promotion, when the device is still read-only or the database is "
            + "still a standby, and fails");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Constraint.Ordering[] orders = [.. input.Configuration.Constraints.OfType<Constraint.Ordering>()];
        foreach (Constraint.Colocation c in input.Configuration.Constraints.OfType<Constraint.Colocation>())
        {
            if (c is not { Resource: { } dependent, WithResource: { } promoted, WithRole: Role.Promoted }
                || c.Score is { Value: <= 0 } || c.Role == Role.Promoted
                || input.Index.Resource(promoted) is not { } clone || !Promotion.IsPossible(input, clone))
                continue;
            Constraint.Ordering[] both = [.. orders.Where(
                o => o.First == promoted && o.Then == dependent && o.Kind is null or OrderKind.Mandatory)];
            if (both.Any(o => o.FirstAction is OrderAction.Promote or OrderAction.Demote))
                continue;
            foreach (Constraint.Ordering order in both.Where(o => o.FirstAction is null or OrderAction.Start))
            {
                yield return new Sighting(Spot.Of(order),
                    $"{dependent} needs {promoted} promoted, but waits only for its start",
                    "write first-action=\"promote\" then-action=\"start\"");
            }
        }
    }
}
