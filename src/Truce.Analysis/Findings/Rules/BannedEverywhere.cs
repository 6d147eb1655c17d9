using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A resource that constraints keep off every node.</summary>
public sealed class BannedEverywhere : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("banned-everywhere", Severity.Warning,
        "Location constraints keep a resource off every node",
        "It never runs, whatever happens");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from resource in Reach.Named(input)
        where !resource.Primitives.All(p => input.Index.Effective(p).Agent?.Class == AgentName.Stonith)
            && input.Members.Any() && input.Members.All(n => Reach.IsBanned(input, resource, n.Name))
        select new Sighting(Spot.Of(resource), $"-INFINITY keeps {resource.Id} off every node",
            "remove the constraint that isn't meant: truce constraint list");
}
