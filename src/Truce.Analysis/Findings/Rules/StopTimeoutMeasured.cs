using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A stop with less time than a test of its agent measured, with a margin.</summary>
public sealed class StopTimeoutMeasured : Rule
{
    // On an idle machine: under load it takes longer.
    private const int Margin = 2;

    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentTests;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("stop-timeout-measured", Severity.Warning,
        "A stop has less than twice the time that a test of its agent measured",
        "A stop that times out gets its node fenced, and under load it takes longer than in a test");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent
                || !input.Tested!.TryGetValue(agent, out TestedAgent? test))
                continue;
            Operation? stop = primitive.Operations.FirstOrDefault(o => o.Name == OperationNames.Stop);
            TimeSpan given = TimeSpan.FromMilliseconds(
                stop is null ? input.DefaultTimeoutMs : input.TimeoutMs(stop));
            if (given >= test.LongestStop * Margin)
                continue;
            yield return new Sighting(stop is null ? primitive.Spot : Spot.Of(stop),
                string.Create(CultureInfo.InvariantCulture,
                    $"stop times out after {given.TotalSeconds:0.###} s; a test of {agent} took "
                    + $"{test.LongestStop.TotalSeconds:0.###} s"),
                "set it to at least twice what was measured, better ten times");
        }
    }
}
