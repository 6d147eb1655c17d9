using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A stop without a timeout of its own, where its agent asks for more than the default.</summary>
public sealed class DefaultStopTimeout : Rule
{
    private static readonly TimeSpan s_default = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("default-stop-timeout", Severity.Warning,
        "A stop has the default timeout, but its agent recommends more",
        "A stop that times out while it still flushes data has failed: the node is fenced, the "
            + "resource moves, and the next stop "
        + "times out as well");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        if (!input.Options.FencingEnabled
            || !PlacedPrimitive.Pairs(input.Configuration.OperationDefaults).All(p => p.Name != "timeout"))
            yield break;
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { Class: AgentName.Ocf } agent
                || !ImpossibleAgentName.IsPossible(agent)
                || primitive.Operations.Any(
                    o => o.Name == OperationNames.Stop
                    && (o.Timeout is not null || o.OnFail is OnFail.Block or OnFail.Ignore))
                || input.Agents!.Describe(agent) is not { } facts)
                continue;
            TimeSpan wanted = facts.Actions.Where(a => a.Name == OperationNames.Stop).Select(a =>
                a.Timeout).FirstOrDefault() ?? TimeSpan.Zero;
            if (wanted <= s_default)
                continue;
            yield return new Sighting(primitive.Spot,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"stop of {primitive.Written.Id} times out after {s_default.TotalSeconds:0} s; {agent} "
                        + $"recommends {wanted.TotalSeconds:0.###} s"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"add <op name=\"stop\" interval=\"0\" timeout=\"{wanted.TotalSeconds:0}s\"/>, "
                        + $"or more if a successful stop can take longer"));
        }
    }
}
