using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A time-out below what the agent asks for.</summary>
public sealed class ShortTimeout : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("short-timeout", Severity.Warning,
        "A start or stop may take less time than its agent asks for",
        "A start that is cut off is a failure; a stop that is cut off costs the node");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { Class: AgentName.Ocf } agent
                || !ImpossibleAgentName.IsPossible(agent)
                || input.Agents!.Describe(agent) is not { } facts)
                continue;
            foreach (Operation operation in primitive.Operations.Where(o =>
                o.Name is OperationNames.Start or OperationNames.Stop && o.Timeout is not null))
            {
                TimeSpan wanted = facts.Actions.Where(a => a.Name == operation.Name).Select(a => a.Timeout).FirstOrDefault() ?? TimeSpan.Zero;
                TimeSpan given = TimeSpan.FromMilliseconds(operation.Timeout!.Value.Milliseconds);
                // What an agent advises is generous; half of it is a decision, less is likely a slip.
                if (given >= wanted / 2)
                    continue;
                yield return new Sighting(Spot.Of(operation),
                    string.Create(CultureInfo.InvariantCulture, $"{operation.Name} may take {given.TotalSeconds:0.###} s; {agent} asks for {wanted.TotalSeconds:0.###} s"),
                    "raise it above the longest that ever succeeds");
            }
        }
    }
}
