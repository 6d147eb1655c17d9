using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Two resources that claim the same thing.</summary>
public sealed class UniqueParameterShared : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unique-parameter-shared", Severity.Warning,
        "Two resources of an agent have the same value of a parameter that must be unique",
        "They take the same address or device from each other: each start breaks the other one");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Dictionary<string, PlacedPrimitive> seen = [];
        foreach (PlacedPrimitive primitive in input.Primitives.Where(p => !IsLocated(input, p)))
        {
            if (primitive.Effective.Agent is not { Class: AgentName.Ocf } agent
                || !ImpossibleAgentName.IsPossible(agent) || input.Agents!.Describe(agent) is not { } facts)
                continue;
            foreach (IGrouping<string, AgentParameterFacts> unique in
                facts.Parameters.Where(p => p.UniqueGroup is not null).GroupBy(p => p.UniqueGroup!))
            {
                NameValue[] given = [.. unique.Select(p => primitive.Parameter(p.Name)).OfType<NameValue>()];
                string key = $"{agent} {unique.Key} "
                    + $"{string.Join(' ', given.Select(g => $"{g.Name}={g.Value}"))}";
                if (given.Length == 0 || seen.TryAdd(key, primitive))
                    continue;
                yield return new Sighting(Spot.Of(given[0], primitive.Spot),
                    $"{primitive.Written.Id} and {seen[key].Written.Id} both have "
                        + $"{given[0].Name}={given[0].Value}",
                    "give each its own, or remove one of the resources");
            }
        }
    }

    // Two that never run on the same nodes may well have the same mount point.
    private static bool IsLocated(RuleInput input, PlacedPrimitive primitive) =>
        input.Configuration.Constraints.OfType<Constraint.Location>().Any(l => l.ResourcePattern is not null
            || !l.Sets.IsEmpty || l.Resource == primitive.Written.Id
                || primitive.Parents.Any(p => p.Id == l.Resource));
}
