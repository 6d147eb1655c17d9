using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A parameter that an agent can't do without.</summary>
public sealed class MissingParameter : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("missing-parameter", Severity.Warning,
        "A resource lacks a parameter that its agent requires",
        "Its start fails on every node");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent || !ImpossibleAgentName.IsPossible(agent) || input.Agents!.Describe(agent) is not { } facts)
                continue;
            HashSet<string> given = [.. primitive.Effective.InstanceAttributes.SelectMany(s => s.Pairs).Select(p => p.Name).OfType<string>()];
            foreach (AgentParameterFacts parameter in facts.Parameters.Where(p => p.IsRequired && !given.Contains(p.Name)))
            {
                // The caller tells a fence agent which node to fence.
                if (primitive.IsFenceDevice && parameter.Name is "port" or "plug" or "nodename" or "action")
                    continue;
                yield return new Sighting(primitive.Spot, $"{primitive.Written.Id} has no parameter '{parameter.Name}', which {agent} requires",
                    $"add it: truce agent show {agent}");
            }
        }
    }
}
