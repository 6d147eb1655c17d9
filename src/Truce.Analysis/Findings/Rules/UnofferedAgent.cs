using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An agent that is missing on some or all nodes of the cluster.</summary>
public sealed class UnofferedAgent : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.LiveCluster;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unoffered-agent", Severity.Error,
        "No node of the cluster has an agent (if only some nodes lack it: a warning)",
        "The resource can't run on nodes that lack its agent; if all nodes lack it, the configuration is refused");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        OfferedAgents live = input.Live!;
        foreach (PlacedPrimitive primitive in input.Primitives)
        {
            if (primitive.Effective.Agent is not { } agent || !live.Missing.TryGetValue(agent, out EquatableArray<NodeId> lacking))
                continue;
            bool hereOnly = live.HereOnly.Contains(agent);
            bool all = (hereOnly || live.Answered.All(n => lacking.Contains(n)))
                && !live.RunElsewhere.Contains(agent);
            int unasked = live.Others + (hereOnly ? live.Answered.Count - 1 : 0);
            string lack =
                $"{string.Join(", ", lacking)} {(lacking.Count == 1 ? "doesn't" : "don't")} have the agent {agent}";
            (string message, string remedy) = (all, unasked) switch
            {
                (false, _) => (lack, "install it there, or keep the resource off those nodes with a location constraint"),
                (true, 0) =>
                    ($"no node has the agent {agent}", "install it, or correct its name: truce agent list"),
                (true, _) => ($"{lack}, and no node has ever run it",
                    "correct its name (truce agent list), install it, or make the change on a node that has it (--node)"),
            };
            yield return new Sighting(primitive.Spot, message, remedy)
            {
                Severity = all ? Severity.Error : Severity.Warning,
                Consequence = all ? null : "The resource can't run there: it fails over to another node, or not at all",
            };
        }
    }
}
