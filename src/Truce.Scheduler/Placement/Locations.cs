namespace Truce.Scheduler.Engine;

/// <summary>Adds scores to resources' node tables: constraints as written, and
/// bans of the scheduler's own.</summary>
internal static class Locations
{
    public static void ApplyAll(World world)
    {
        foreach (Location location in world.Locations)
            Apply(world, location.Resource, location);
    }

    public static void Apply(World world, PlanResource resource, Location location)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                One(world, resource, location);
                break;
            case ResourceKind.Group:
                One(world, resource, location);
                ApplyToMembers(world, resource, location);
                break;
            case ResourceKind.Clone:
                One(world, resource, location);
                foreach (PlanResource instance in resource.Children)
                    Apply(world, instance, location);
                break;
            case ResourceKind.Bundle:
                One(world, resource, location);
                foreach (Replica replica in resource.Bundle!.Replicas)
                {
                    Apply(world, replica.Container, location);
                    if (replica.Ip is not null)
                        Apply(world, replica.Ip, location);
                }

                if (resource.Bundle.Child is { } inner
                    && location.Role is ResourceRole.Promoted or ResourceRole.Unpromoted)
                    inner.Locations.Add(location with { Resource = inner });
                break;
        }
    }

    // The first member leads; the others only learn that the nodes exist, or
    // preferences would count many times.
    private static void ApplyToMembers(World world, PlanResource group, Location location)
    {
        Location rest = location;
        bool first = true;
        foreach (PlanResource member in group.Children)
        {
            Apply(world, member, first ? location : rest);
            if (first && group.Group!.Colocated)
                rest = location with { Nodes = location.Nodes.ConvertAll(n => (n.Node, 0)) };
            first = false;
        }
    }

    private static void One(World world, PlanResource resource, Location location)
    {
        if (location.Role > ResourceRole.Started && location.Role != resource.NextRole)
            return;
        world.Budget.Spend(1 + location.Nodes.Count);
        foreach ((PlanNode node, int score) in location.Nodes)
        {
            if (resource.Allowed.Has(node.Index))
                resource.AddScore(node.Index, score, location.Reason);
            else
                resource.Admit(node.Index, score, location.Reason);
            if (resource.Allowed.DiscoveryOf(node.Index) < location.Discovery)
            {
                if (location.Discovery == Discovery.Exclusive)
                    resource.Set(Is.ExclusiveProbes);
                resource.SetDiscovery(node.Index, location.Discovery);
            }
        }
    }

    /// <summary>Keeps a resource, and what it consists of, off a node, or off all nodes.</summary>
    public static void Ban(World world, PlanResource resource, PlanNode? node, ScoreReason reason) =>
        Add(world, resource, node, -Scores.Infinity, reason);

    public static void Add(World world, PlanResource resource, PlanNode? node, int score, ScoreReason reason)
    {
        List<(PlanNode, int)> nodes;
        if (node is not null)
        {
            nodes = [(node, score)];
        }
        else
        {
            nodes = new List<(PlanNode, int)>(world.Nodes.Count);
            foreach (PlanNode each in world.Nodes)
                nodes.Add((each, score));
        }

        world.Locations.Add(new Location(reason, resource, ResourceRole.Unknown, nodes, Discovery.Always));
    }
}
