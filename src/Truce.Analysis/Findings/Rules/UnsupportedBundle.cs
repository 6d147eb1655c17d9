using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Bundles: the scheduler plans them, no node can carry the plan out yet.</summary>
public sealed class UnsupportedBundle : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("unsupported-bundle", Severity.Error,
        "A resource is a bundle of containers",
        "Its containers would never start, so the configuration is refused");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from bundle in input.Resources.OfType<Resource.Bundle>()
        select new Sighting(Spot.Of(bundle), "Truce can't run bundles yet",
            "use a primitive that runs the container (ocf:heartbeat:podman, ocf:heartbeat:docker)");
}
