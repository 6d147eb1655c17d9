using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A parameter that an agent would rather not have.</summary>
public sealed class DeprecatedParameter : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("deprecated-parameter", Severity.Information,
        "A resource has a parameter that its agent has deprecated",
        "A later version of the agent may no longer have it");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive.Effective.Agent is { } agent && ImpossibleAgentName.IsPossible(agent)
        let facts = input.Agents!.Describe(primitive.Effective.Agent!)
        where facts is not null
        from pair in primitive.Written.InstanceAttributes.SelectMany(s => s.Pairs)
        let parameter = facts.Parameters.FirstOrDefault(p => p.Name == pair.Name && p.IsDeprecated)
        where parameter is not null
        select new Sighting(Spot.Of(pair, primitive.Spot),
            $"{primitive.Effective.Agent} has deprecated '{pair.Name}'",
            parameter.ReplacedBy.IsEmpty ? $"see truce agent show {primitive.Effective.Agent}"
                : $"write '{string.Join("' or '", parameter.ReplacedBy)}'");
}
