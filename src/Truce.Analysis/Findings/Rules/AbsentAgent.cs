using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An agent that isn't on this machine.</summary>
public sealed class AbsentAgent : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("absent-agent", Severity.Warning,
        "An agent isn't installed on the machine where the check runs",
        "The resource can't run on nodes without it; if no node has it, the cluster refuses the configuration");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive.Effective.Agent is { } agent && input.Live is null && ImpossibleAgentName.IsPossible(agent)
            && input.Agents!.Presence(agent) == AgentPresence.Absent
        select new Sighting(primitive.Spot, $"the agent {primitive.Effective.Agent} isn't installed here",
            "install it on every node that may run the resource, or correct its name: truce agent list");
}
