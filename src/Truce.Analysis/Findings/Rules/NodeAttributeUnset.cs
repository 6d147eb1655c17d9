using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A colocation by a node attribute that no node has.</summary>
public sealed class NodeAttributeUnset : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unset-node-attribute", Severity.Warning,
        "A colocation compares a node attribute that no node has",
        "No two nodes count as alike: the colocation keeps the dependent resource from running, "
            + "or has no effect");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from c in input.Configuration.Constraints.OfType<Constraint.Colocation>()
        where c.NodeAttribute is { } name && !name.StartsWith('#') && !NodeAttributes.IsSet(input, name)
        select new Sighting(Spot.Of(c), $"no node has the attribute {c.NodeAttribute}",
            "set it on the nodes, or remove node-attribute to mean the same node");
}
