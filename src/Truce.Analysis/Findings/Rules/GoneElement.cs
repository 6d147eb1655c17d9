using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A construct that Pacemaker 3 no longer knows.</summary>
public sealed class GoneElement : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("gone-element", Severity.Information,
        "The configuration uses a construct that Pacemaker 3.0 dropped",
        "Truce still reads it; Pacemaker 3 converts it when it upgrades the schema, or refuses it");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
    [
        .. input.Resources.OfType<Resource.Cloned>().Where(c => c.Form == CloneForm.Master).Select(
            c => new Sighting(Spot.Of(c), $"<master> of {c.Id}", "write <clone> with promotable=true")),
        .. input.Configuration.Constraints.Where(c => !c.Lifetime.IsEmpty).Select(
            c => new Sighting(Spot.Of(c), "<lifetime>", "write the rule into a location constraint of its "
                + "own")),
        .. input.Configuration.Constraints.OfType<Constraint.Location>().Where(l => l.Rules.Count > 1).Select(
            l => new Sighting(Spot.Of(l), $"{l.Rules.Count} rules in one location constraint",
                "give each rule a constraint of its own")),
        .. input.Configuration.Nodes.Where(n => n.Type == NodeType.Ping).Select(
            n => new Sighting(Spot.Of(n), $"{n.Name} is a ping node",
                "remove it, and use a clone of ocf:pacemaker:ping")),
    ];
}
