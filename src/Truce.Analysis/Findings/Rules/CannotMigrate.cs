using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Live migration with an agent that has none.</summary>
public sealed class CannotMigrate : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentMetadata;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("cannot-migrate", Severity.Warning,
        "allow-migrate is set, but the agent can't migrate",
        "The resource is stopped and started like any other: the live migration that was planned "
            + "for doesn't happen");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        let meta = input.MetaInForce(primitive, "allow-migrate")
        where CibBoolean.Parse(meta?.Value) == true
            && primitive.Effective.Agent is { Class: AgentName.Ocf } agent
            && ImpossibleAgentName.IsPossible(agent)
        let facts = input.Agents!.Describe(primitive.Effective.Agent!)
        where facts is not null && facts.Actions.Any(a => a.Name == OperationNames.Monitor)
            && facts.Actions.All(a => a.Name != OperationNames.MigrateTo)
        select new Sighting(primitive.Spot, $"{primitive.Effective.Agent} has no operation migrate_to",
            "remove allow-migrate, or use an agent that migrates (VirtualDomain)");
}
