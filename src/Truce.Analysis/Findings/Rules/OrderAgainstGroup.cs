using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An order that a group contradicts.</summary>
public sealed class OrderAgainstGroup : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("order-against-group", Severity.Warning,
        "An order between members of a group is the reverse of the group's",
        "Each waits for the other one: neither starts, or they are stopped and started again and "
            + "again");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from order in input.Configuration.Constraints.OfType<Constraint.Ordering>()
        where order is { First: not null, Then: not null, Kind: null or OrderKind.Mandatory,
            FirstAction: null or OrderAction.Start, ThenAction: null or OrderAction.Start }
            && order.Score is null or { Value: > 0 }
        from members in input.Resources.OfType<Resource.Group>()
        let first = members.Members.FindIndex(m => m.Id == order.First!.Value)
        let then = members.Members.FindIndex(m => m.Id == order.Then!.Value)
        where first >= 0 && then >= 0 && first > then
        select new Sighting(Spot.Of(order),
            $"the group {members.Id} starts {order.Then} before {order.First}",
            "remove the order, or change the order of the group's members");
}
