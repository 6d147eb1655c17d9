using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An agent that some nodes of the cluster, or all, haven't got.</summary>
public sealed class UnofferedAgent : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.LiveCluster;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unoffered-agent", Severity.Error,
        "No node of the cluster has an agent; where only some lack it, a warning",
        "The resource can't run on nodes that lack its agent; where all do, the configuration is refused");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        OfferedAgents live = input.Live!;
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent || !live.Missing.TryGetValue(agent, out EquatableArray<NodeId> lacking))
                continue;
            bool all = live.Answered.All(n => lacking.Contains(n));
            yield return new Sighting(
                primitive.Spot,
                all ? $"no node has the agent {agent}" : $"{string.Join(", ", lacking)} {(lacking.Count == 1 ? "hasn't" : "haven't")} the agent {agent}",
                all ? "install it, or correct its name: truce agent list" : "install it there, or keep the resource off with a location constraint")
            {
                Severity = all ? Severity.Error : Severity.Warning,
                Consequence = all ? null : "The resource can't run there: on failover it goes elsewhere, or nowhere",
            };
        }
    }
}
