namespace Truce.Scheduler.Engine;

/// <summary>Scores that come from what resources and nodes are now: stickiness,
/// failures, health, locks, guards.</summary>
internal static class NodeCriteria
{
    public static void Run(World world)
    {
        if (world.Settings.ShutdownLock)
        {
            foreach (PlanResource resource in world.Resources)
                ShutdownLocks(world, resource);
        }

        Guards(world);
        Locations.ApplyAll(world);
        world.Locations.Clear();
        foreach (PlanResource resource in world.Resources)
        {
            Stick(world, resource);
            FailureLimits(world, resource);
        }

        Locations.ApplyAll(world);
        RemoteLimits(world);
        foreach (PlanResource resource in world.Resources)
            ExclusiveDiscovery(resource);
    }

    private static void Guards(World world)
    {
        foreach (GuardBan ban in world.Request.Bans)
        {
            if (world.NodeByName(ban.Node.Value) is { } node)
            {
                foreach (PlanResource resource in References.Resolve(world, ban.Resource.Value, out _))
                    Locations.Ban(world, resource, node, new ScoreReason(ScoreRule.Guard, ban.Reason));
            }
        }
    }

    // Fence devices, connections and guests' machines need a full member; a bundle's containers can be on
    // remote nodes and on guests too, as long as their connections find a member. What isn't managed stays
    // where it is, and its scores as they are.
    private static void RemoteLimits(World world)
    {
        if (!world.HaveRemotes)
            return;
        foreach (PlanResource resource in world.AllResources())
        {
            if (!resource.Has(Is.Managed))
                continue;
            if (!resource.IsConnection && !resource.IsFenceDevice
                && (resource.Replica is not null || !HoldsGuest(resource)))
                continue;
            foreach (PlanNode node in world.Nodes)
            {
                if (node.IsRemote && node.Connection is not null && resource.Allowed.Has(node.Index))
                    resource.Forbid(node.Index, new ScoreReason(ScoreRule.NodeKind));
            }
        }
    }

    private static bool HoldsGuest(PlanResource resource) => resource.Filling.Exists(f => f.IsConnection);

    private static void Stick(World world, PlanResource resource)
    {
        if (resource.Children.Count > 0)
        {
            foreach (PlanResource child in resource.Children)
                Stick(world, child);
            return;
        }

        if (!resource.Has(Is.Managed) || resource.Stickiness < 1 || resource.Running.Count != 1)
            return;
        PlanNode node = resource.Running[0];
        if (!world.Settings.SymmetricCluster && !resource.Allowed.Has(node.Index))
            return;
        Locations.Add(
            world, resource, node, resource.Stickiness,
                new ScoreReason(ScoreRule.Stickiness, "resource-stickiness"));
    }

    private static void FailureLimits(World world, PlanResource resource)
    {
        if (resource.Children.Count > 0)
        {
            foreach (PlanResource child in resource.Children)
                FailureLimits(world, child);
            return;
        }

        foreach (PlanNode node in world.Nodes)
        {
            // What is about to be forgotten counts no more.
            if (!IsForgotten(resource, node) && Reached(world, resource, node) is { } banned)
                Locations.Ban(
                    world, banned, node,
                        new ScoreReason(ScoreRule.FailureLimit, "migration-threshold", resource));
        }
    }

    private static bool IsForgotten(PlanResource resource, PlanNode node) =>
        resource.Actions.Exists(a => a.Task == Tasks.ClearFailCount && ReferenceEquals(a.Node, node));

    /// <summary>What must leave the node for its failures there; null if the limit isn't reached.</summary>
    public static PlanResource? Reached(World world, PlanResource resource, PlanNode node)
    {
        if (resource.MigrationThreshold == 0 || resource.Has(Is.FailureIgnored))
            return null;
        (int count, _) = FailureCounts.WithFilling(world, resource, node);
        if (count <= 0 || count < resource.MigrationThreshold)
            return null;
        return resource.Has(Is.Unique) ? resource : resource.TopBelowBundle;
    }

    private static void ExclusiveDiscovery(PlanResource resource)
    {
        if (resource.Has(Is.ExclusiveProbes) || resource.TopBelowBundle.Has(Is.ExclusiveProbes))
        {
            for (int i = 0; i < resource.Allowed.Size; i++)
            {
                if (resource.Allowed.Has(i) && resource.Allowed.DiscoveryOf(i) != Discovery.Exclusive)
                    resource.Forbid(i, new ScoreReason(ScoreRule.NotNamed));
            }
        }

        foreach (PlanResource child in resource.Children)
            ExclusiveDiscovery(child);
    }

    private static void ShutdownLocks(World world, PlanResource resource)
    {
        if (resource.Kind == ResourceKind.Group)
        {
            foreach (PlanResource member in resource.Children)
                ShutdownLocks(world, member);
            return;
        }

        if (!resource.IsPrimitive || resource.IsFenceDevice)
            return;
        if (resource.LockNode is not null)
        {
            if (resource.Running.Count > 0)
            {
                resource.LockNode = null;
                resource.LockTime = 0;
            }
        }
        else if (resource.Running.Count == 1 && resource.Running[0] is { Shutdown: true, Unclean: false } node)
        {
            resource.LockNode = node;
            resource.LockTime = ShutdownTime(world, node);
        }

        if (resource.LockNode is null)
            return;
        if (world.Settings.ShutdownLockLimitMs > 0)
        {
            long until = resource.LockTime + (world.Settings.ShutdownLockLimitMs / 1000);
            if (world.Now >= until)
            {
                resource.LockNode = null;
                resource.LockTime = 0;
                return;
            }

            world.RecheckAt(until + 1);
        }

        var locked = new ScoreReason(ScoreRule.ShutdownLock, resource.LockNode.Name);
        foreach (PlanNode each in world.Nodes)
        {
            // Good health or a preference would admit another node of an opt-in cluster later.
            if ((resource.Allowed.Has(each.Index) || !world.Settings.SymmetricCluster)
                && !ReferenceEquals(each, resource.LockNode))
                Locations.Ban(world, resource, each, locked);
        }
    }

    private static long ShutdownTime(World world, PlanNode node) =>
        Truce.Model.Numbers.ParseLong(node.Attribute("shutdown")) is { } time && time > 1 ? time : world.Now;
}
