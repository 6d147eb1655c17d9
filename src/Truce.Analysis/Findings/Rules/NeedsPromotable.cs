using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An agent of two roles that isn't a promotable clone.</summary>
public sealed class NeedsPromotable : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("needs-promotable", Severity.Warning,
        "A resource whose agent works with a promoted role isn't in a promotable clone",
        "No instance is ever promoted: the device stays read-only, the database a standby");

    private static readonly HashSet<(string, string)> s_agents =
    [
        ("linbit", "drbd"), ("heartbeat", "pgsqlms"), ("suse", "SAPHana"), ("heartbeat", "SAPHana"),
        ("suse", "SAPHanaController"), ("heartbeat", "SAPHanaController"), ("heartbeat", "galera"),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where primitive.Effective.Agent is { Class: AgentName.Ocf, Provider: { } provider, Type: var type }
            && s_agents.Contains((provider, type)) && !Promotion.IsPossible(input, primitive.Written)
        select new Sighting(primitive.Spot,
            $"{primitive.Written.Id} is a {primitive.Type}, but isn't in a promotable clone",
            "put it into a clone with promotable=true");
}
