using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>
/// Which resources orders connect, directly or through others, in whatever direction: a rule that misses an
/// order must not cry at a chain it doesn't understand.
/// </summary>
internal sealed class OrderedParts
{
    private readonly Dictionary<ResourceId, ResourceId> _of = [];

    public OrderedParts(Configuration configuration, ConfigurationIndex index)
    {
        foreach (Resource resource in configuration.Resources)
            JoinChildren(resource);
        foreach (Constraint.Ordering order in configuration.Constraints.OfType<Constraint.Ordering>())
        {
            ResourceId[] all =
            [
                .. new[] { order.First, order.Then }.OfType<ResourceId>(),
                .. order.Sets.Select(index.Resolve).SelectMany(s => s.Resources),
            ];
            foreach (ResourceId id in all.SelectMany(id =>
                (IEnumerable<ResourceId>)[id, .. index.Placeable(id)]))
                Join(all[0], id);
        }
    }

    /// <summary>Whether an order connects them.</summary>
    public bool AreLinked(ResourceId one, ResourceId other) => Root(one) == Root(other);

    private void JoinChildren(Resource resource)
    {
        foreach (Resource child in resource.Children)
        {
            Join(resource.Id, child.Id);
            JoinChildren(child);
        }
    }

    private void Join(ResourceId one, ResourceId other) => _of[Root(other)] = Root(one);

    private ResourceId Root(ResourceId id)
    {
        while (_of.TryGetValue(id, out ResourceId next) && next != id)
            id = next;
        return id;
    }
}
