using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Something that waits for a promotion, but may run beside another instance.</summary>
public sealed class ColocationForgetsRole : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("colocation-forgets-role", Severity.Warning,
        "A resource is ordered after a promotion, but colocated with any instance",
        "It may be placed beside an unpromoted instance, where the device is read-only, and "
            + "fails there");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Constraint.Colocation[] all = [.. input.Configuration.Constraints.OfType<Constraint.Colocation>()];
        foreach (Constraint.Ordering order in input.Configuration.Constraints.OfType<Constraint.Ordering>())
        {
            if (order is not { First: { } clone, Then: { } dependent, FirstAction: OrderAction.Promote }
                || order.ThenAction is OrderAction.Promote)
                continue;
            Constraint.Colocation[] both = [.. all.Where(
                c => c.Resource == dependent && c.WithResource == clone && c.Score is null
                    or { Value: > 0 })];
            if (both.Length > 0 && both.All(c => c.WithRole is null or Role.Started))
            {
                yield return new Sighting(Spot.Of(both[0]),
                    $"{dependent} runs with any instance of {clone}, although it waits for the promoted one",
                    "write with-rsc-role=\"Promoted\"");
            }
        }
    }
}
