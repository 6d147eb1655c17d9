using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A parameter that an agent doesn't know.</summary>
public sealed class UnknownParameter : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unknown-parameter", Severity.Warning,
        "A resource has a parameter that its agent doesn't have",
        "It has no effect; if the name is misspelled, the agent's default applies");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { Class: AgentName.Ocf or AgentName.Stonith } agent
                || !ImpossibleAgentName.IsPossible(agent)
                || input.Agents!.Describe(agent) is not { Parameters.Length: > 0 } facts)
                continue;
            string[] known = [.. facts.Parameters.Select(p => p.Name)];
            foreach (NameValue pair in primitive.Written.InstanceAttributes.SelectMany(s => s.Pairs))
            {
                if (pair.Name is not { } name || known.Contains(name)
                    || name.StartsWith("CRM_", StringComparison.Ordinal)
                    || (primitive.IsFenceDevice && IsFencers(name)))
                    continue;
                string? nearest = NearestName.Find(name, known);
                yield return new Sighting(Spot.Of(pair, primitive.Spot), $"{agent} has no parameter '{name}'",
                    nearest is null ? $"remove it, or see truce agent show {agent}" : $"write '{nearest}' if "
                        + $"that was meant");
            }
        }
    }

    // Read by the fencer itself, not by the agent.
    private static bool IsFencers(string name) => name.StartsWith("pcmk_", StringComparison.Ordinal)
        || name is "provides" or "stonith-timeout" or "priority";
}
