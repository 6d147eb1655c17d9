using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A timeout below what the agent asks for.</summary>
public sealed class ShortTimeout : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("short-timeout", Severity.Warning,
        "A start or stop has less time than its agent recommends",
        "A start that times out has failed; a stop that times out gets its node fenced");

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
                    string.Create(CultureInfo.InvariantCulture, $"{operation.Name} times out after {given.TotalSeconds:0.###} s; {agent} recommends {wanted.TotalSeconds:0.###} s"),
                    "set it above the longest successful duration");
            }
        }
    }
}
