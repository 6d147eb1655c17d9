using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An option that Pacemaker 3 no longer knows.</summary>
public sealed class GoneOption : Rule
{
    internal const string Id = "gone-option";

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new(Id, Severity.Warning,
        "An option or meta attribute no longer exists",
        "It has no effect; what it was set for isn't done");

    // What became of them with Pacemaker 3.0; null: nothing.
    private static readonly Dictionary<string, string?> s_options = new()
    {
        ["crmd-transition-delay"] = "transition-delay",
        ["crmd-integration-timeout"] = "join-integration-timeout",
        ["crmd-finalization-timeout"] = "join-finalization-timeout",
        ["crmd-integration-delay"] = "join-integration-timeout",
        ["crmd-finalization-delay"] = "join-finalization-timeout",
        ["remove-after-stop"] = null,
    };

    private static readonly Dictionary<string, string?> s_meta = new()
    {
        ["restart-type"] = "kind=\"Mandatory\" of the order",
            ["can_fail"] = "on-fail=ignore of the operation",
        ["can-fail"] = "on-fail=ignore of the operation", ["role_after_failure"] = "on-fail of the operation",
        ["role-after-failure"] = "on-fail of the operation", ["isolation"] = "a bundle",
        ["isolation-wrapper"] = "a bundle", ["isolation-host"] = "a bundle",
            ["isolation-instance"] = "a bundle",
    };

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
    [
        .. Gone(input.Configuration.ClusterProperties, s_options, Spot.ClusterProperties),
        .. input.Configuration.ClusterProperties.SelectMany(s => s.Pairs)
            .Where(p => p is { Name: "stonith-action" or "fencing-action", Value: "poweroff" })
            .Select(p => new Sighting(Spot.Of(p, Spot.ClusterProperties),
                $"{p.Name}=poweroff no longer exists", $"write {p.Name}=off")),
        .. input.Resources.SelectMany(r => Gone(r.MetaAttributes, s_meta, Spot.Of(r))),
        .. input.Primitives.SelectMany(p => (p.Written.Operations?.Operations ?? []).SelectMany(
            o => Gone([.. o.MetaAttributes, .. o.InstanceAttributes], s_meta, Spot.Of(o)))),
    ];

    private static IEnumerable<Sighting> Gone(
        EquatableArray<AttributeSet> sets, Dictionary<string, string?> gone, Spot holder) =>
        from pair in sets.SelectMany(s => s.Pairs)
        where pair.Name is not null && gone.ContainsKey(pair.Name)
        let now = gone[pair.Name!]
        select new Sighting(Spot.Of(pair, holder), $"{pair.Name} no longer exists",
            now is null ? "remove it: nothing took its place" : $"use {now} instead");
}
