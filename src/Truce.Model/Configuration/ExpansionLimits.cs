namespace Truce.Model;

/// <summary>One number of a configuration that is beyond its limit.</summary>
/// <param name="What">What is counted.</param>
/// <param name="Number">How many there are.</param>
/// <param name="Limit">How many there may be.</param>
/// <param name="Resource">The resource that has it; null: none.</param>
/// <param name="Constraint">The constraint that has it; null: none.</param>
public sealed record Excess(string What, long Number, long Limit, ResourceId? Resource = null, string? Constraint = null);

/// <summary>
/// How far a configuration may expand: a number of three digits in a file can stand for thousands of
/// instances, and two of them in one constraint for millions of pairs. The limits are some ten times what
/// the largest recorded clusters have.
/// </summary>
public static class ExpansionLimits
{
    /// <summary>Instances of one clone, replicas of one bundle.</summary>
    public const int InstancesPerResource = 1_000;

    /// <summary>Instances on one node, of one clone or bundle.</summary>
    public const int InstancesPerNode = 200;

    /// <summary>Instances of all resources together.</summary>
    public const int Instances = 10_000;

    /// <summary>Instances times nodes: what probes and scores are counted for.</summary>
    public const int InstancesTimesNodes = 300_000;

    /// <summary>Pairs of instances that all constraints together refer to.</summary>
    public const long ConstraintPairs = 1_000_000;

    /// <summary>Constraints on one resource.</summary>
    public const int ConstraintsPerResource = 2_000;

    /// <summary>All limits that are exceeded.</summary>
    public static IEnumerable<Excess> Exceeded(Configuration configuration, ConfigurationIndex index)
    {
        int nodes = Math.Max(configuration.Nodes.Count, 1);
        long total = 0;
        foreach (Resource resource in configuration.Resources)
        {
            foreach (Excess excess in OfOne(resource, index, nodes))
                yield return excess;
            total += Count(resource, index, nodes);
        }

        if (total > Instances)
            yield return new Excess("the number of instances of all resources", total, Instances);
        if (total * nodes > InstancesTimesNodes)
            yield return new Excess("instances times nodes", total * nodes, InstancesTimesNodes);
        foreach (Excess excess in OfConstraints(configuration, index, nodes))
            yield return excess;
    }

    private static IEnumerable<Excess> OfOne(Resource resource, ConfigurationIndex index, int nodes)
    {
        (string name, long count, string perNode, long onOne) = resource switch
        {
            Resource.Cloned => ("clone-max", InstancesOf(resource, index, nodes), "clone-node-max", Meta(resource, index, "clone-node-max") ?? 1),
            Resource.Bundle { Container: var c } => ("replicas", c.Replicas ?? c.PromotedMax ?? 1, "replicas-per-host", c.ReplicasPerHost ?? 1),
            Resource.Primitive or Resource.Group => ("", 1, "", 1),
        };
        if (count > InstancesPerResource)
            yield return new Excess(name, count, InstancesPerResource, resource.Id);
        if (onOne > InstancesPerNode)
            yield return new Excess(perNode, onOne, InstancesPerNode, resource.Id);
    }

    private static IEnumerable<Excess> OfConstraints(Configuration configuration, ConfigurationIndex index, int nodes)
    {
        Dictionary<ResourceId, int> perResource = [];
        long pairs = 0;
        foreach (Constraint constraint in configuration.Constraints)
        {
            ResourceId[][] sides = Sides(constraint, index);
            foreach (ResourceId id in sides.SelectMany(s => s).Distinct())
                perResource[id] = perResource.GetValueOrDefault(id) + 1;
            long own = Pairs(sides, index, nodes);
            pairs += own;
            if (own > ConstraintPairs)
                yield return new Excess("the number of pairs of instances that it refers to", own, ConstraintPairs, null, constraint.Id);
        }

        if (pairs > ConstraintPairs)
            yield return new Excess("the number of pairs of instances that constraints refer to", pairs, ConstraintPairs);
        foreach ((ResourceId id, int number) in perResource.Where(p => p.Value > ConstraintsPerResource))
            yield return new Excess("the number of its constraints", number, ConstraintsPerResource, id);
    }

    private static ResourceId[][] Sides(Constraint constraint, ConfigurationIndex index)
    {
        ResourceId?[] named = constraint switch
        {
            Constraint.Location l => [l.Resource],
            Constraint.Colocation c => [c.Resource, c.WithResource],
            Constraint.Ordering o => [o.First, o.Then],
            Constraint.Ticket t => [t.Resource],
        };
        IEnumerable<ResourceId[]> sets = constraint.Sets.Select(s => index.Resolve(s).Resources.ToArray());
        return [.. named.Where(n => n is not null).Select(n => (ResourceId[])[n!.Value]), .. sets];
    }

    // Neighbouring sides are bound to each other.
    private static long Pairs(ResourceId[][] sides, ConfigurationIndex index, int nodes)
    {
        long[] sizes = [.. sides.Select(s => s.Sum(id =>
            index.Placeable(id).Sum(p => index.Resource(p) is { } r ? Count(r, index, nodes) : 1)))];
        long pairs = 0;
        for (int i = 1; i < sizes.Length; i++)
            pairs += sizes[i - 1] * sizes[i];
        return pairs;
    }

    private static long Count(Resource resource, ConfigurationIndex index, int nodes) => resource switch
    {
        Resource.Primitive => 1,
        Resource.Group group => Math.Max(group.Members.Count, 1),
        Resource.Cloned cloned => Math.Min(InstancesOf(cloned, index, nodes), int.MaxValue) * Count(cloned.Child, index, nodes),
        Resource.Bundle { Container: var c } => Math.Max(c.Replicas ?? c.PromotedMax ?? 1, 1) * 4L,
    };

    // Without clone-max there is one for each node.
    private static long InstancesOf(Resource resource, ConfigurationIndex index, int nodes) =>
        Meta(resource, index, "clone-max") ?? nodes;

    // Read as a plan reads it: INFINITY, and whatever is too large for a number, is a million.
    private static long? Meta(Resource resource, ConfigurationIndex index, string name) => index.Resolve(resource.MetaAttributes)
        .SelectMany(s => s.Pairs).Where(p => p.Name == name).Select(p => (long?)Score.Parse(p.Value)?.Value).Max();
}
