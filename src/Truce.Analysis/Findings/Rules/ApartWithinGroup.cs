using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Members of a group that must be apart.</summary>
public sealed class ApartWithinGroup : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("apart-within-group", Severity.Warning,
        "Members of a group have a colocation of -INFINITY",
        "A group runs on one node: the later member, and all after it, never run");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from c in input.Configuration.Constraints.OfType<Constraint.Colocation>()
        where c is { Resource: not null, WithResource: not null, NodeAttribute: null,
            Score.IsMinusInfinity: true }
        from members in input.Resources.OfType<Resource.Group>()
        where members.Members.FindIndex(m => m.Id == c.Resource!.Value) >= 0
            && members.Members.FindIndex(m => m.Id == c.WithResource!.Value) >= 0
        select new Sighting(Spot.Of(c), $"{c.Resource} and {c.WithResource} are both in the group "
            + $"{members.Id}",
            "take one of them out of the group, or remove the colocation");
}
