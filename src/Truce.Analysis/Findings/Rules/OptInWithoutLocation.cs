using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A resource that no constraint allows anywhere.</summary>
public sealed class OptInWithoutLocation : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("opt-in-without-location", Severity.Warning,
        "The cluster is opt-in (symmetric-cluster=false), and no constraint allows a resource on "
            + "any node",
        "It never runs: in such a cluster a resource runs only where a location constraint allows it");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        input.Options.SymmetricCluster ? [] :
        from resource in input.Configuration.Resources
        where !resource.Primitives.All(p => input.Index.Effective(p).Agent?.Class == AgentName.Stonith)
            && !Ids(resource).Any(id => Reach.IsAllowedSomewhere(input, id))
        select new Sighting(Spot.Of(resource), $"no location constraint allows {resource.Id} on a node",
            "add one for each node that may run it (score 0 is enough), or set symmetric-cluster=true");

    private static IEnumerable<ResourceId> Ids(Resource resource) =>
        [resource.Id, .. resource.Children.SelectMany(Ids)];
}
