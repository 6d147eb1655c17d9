using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A promotable agent that isn't told of the others.</summary>
public sealed class NeedsNotify : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("needs-notify", Severity.Warning,
        "A clone whose agent needs notifications doesn't send them",
        "The agent doesn't learn what happens to the other instances: it refuses to work, or "
            + "promotes the wrong one");

    private static readonly HashSet<string> s_agents = ["drbd", "pgsqlms", "rabbitmq-cluster"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive is { In: { } clone, Effective.Agent.Class: AgentName.Ocf } && Needs(primitive)
            && CibBoolean.Parse(input.Meta(clone, "notify")?.Value) != true
        select new Sighting(Spot.Of(primitive.In!),
            $"{primitive.Written.Id} ({primitive.Type}) needs notify=true",
            "set notify=true on the clone");

    private static bool Needs(PlacedPrimitive primitive) => s_agents.Contains(primitive.Type)
        || (primitive.Type == "pgsql" && primitive.Parameter("rep_mode")?.Value is "sync" or "async");
}
