using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>More resources that must be apart than there are nodes.</summary>
public sealed class TooFewNodesApart : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("too-few-nodes-apart", Severity.Warning,
        "More resources must be on nodes of their own than there are nodes",
        "Not all of them run, even if every node is up");

    private const int EdgesMax = 500;

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        Constraint.Colocation[] apart =
        [
            .. input.Configuration.Constraints.OfType<Constraint.Colocation>().Where(
                c => c is { Resource: not null, WithResource: not null, NodeAttribute: null,
                    Score.IsMinusInfinity: true,
                    Role: null or Role.Started, WithRole: null or Role.Started }).Take(EdgesMax),
        ];
        HashSet<(ResourceId, ResourceId)> pairs =
        [
            .. apart.Select(c => (c.Resource!.Value, c.WithResource!.Value)),
            .. apart.Select(c => (c.WithResource!.Value, c.Resource!.Value)),
        ];
        ResourceId[] all = [.. pairs.Select(p => p.Item1).Distinct().Where(id => input.Index.Resource(id)
            is not null and not Resource.Cloned)];
        int nodes = input.Members.Count();
        foreach (ResourceId first in all)
        {
            List<ResourceId> together = [first];
            foreach (ResourceId next in all.Where(n => together.All(t => pairs.Contains((t, n)))))
                together.Add(next);
            if (nodes > 0 && together.Count > nodes)
            {
                Constraint.Colocation last = apart.Last(c => together.Contains(c.Resource!.Value)
                    && together.Contains(c.WithResource!.Value));
                yield return new Sighting(Spot.Of(last),
                    $"{string.Join(", ", together)} must each be on a node of its own; there are {nodes} "
                        + $"nodes",
                    "lower the score of the colocations to a finite one (-1000), or add nodes");
                yield break;
            }
        }
    }
}
