using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An operation that an agent doesn't have.</summary>
public sealed class UnknownOperation : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unknown-operation", Severity.Warning,
        "A resource has an operation that its agent doesn't offer",
        "The entry has no effect; if it recurs, it fails each time");

    // What the cluster itself calls, whether or not an agent mentions it.
    private static readonly HashSet<string> s_general =
    [
        OperationNames.Start, OperationNames.Stop, OperationNames.Monitor, OperationNames.Notify,
        OperationNames.Reload, OperationNames.ReloadAgent, OperationNames.ValidateAll,
            OperationNames.MetaData,
    ];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { Class: AgentName.Ocf } agent
                || !ImpossibleAgentName.IsPossible(agent) || input.Agents!.Describe(agent) is not { } facts)
                continue;
            HashSet<string> known = [.. facts.Actions.Select(a => a.Name)];
            if (!known.Contains(OperationNames.Start) || !known.Contains(OperationNames.Monitor))
                continue;
            foreach (Operation operation in primitive.Operations.Where(
                o => !known.Contains(o.Name) && !s_general.Contains(o.Name)))
            {
                string? nearest = NearestName.Find(operation.Name, known.Order(StringComparer.Ordinal));
                yield return new Sighting(Spot.Of(operation), $"{agent} has no operation '{operation.Name}'",
                    nearest is null ? "remove it" : $"write '{nearest}' if that was meant, or remove it");
            }
        }
    }
}
