using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A resource whose agent's stop was condemned by a test.</summary>
public sealed class StopUntrusted : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentTests;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("stop-untrusted", Severity.Warning,
        "A test of the agent condemned its stop",
        "A stop that fails or hangs gets its node fenced, though the resource could have been stopped");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent
                || !input.Tested!.TryGetValue(agent, out TestedAgent? test)
                || test.StopBroken.IsEmpty)
                continue;
            string more = test.StopBroken.Length > 1 ? $" (and {test.StopBroken.Length - 1} more)" : "";
            yield return new Sighting(Spot.Of(primitive.Written),
                $"the stop of {agent} was condemned by {test.StopBroken[0]}{more}",
                $"correct or replace the agent, then test it again: truce agent test {agent} --keep");
        }
    }
}
