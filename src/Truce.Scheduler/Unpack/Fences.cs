namespace Truce.Scheduler.Engine;

/// <summary>Marks nodes that must be fenced, with the first reason that is found.</summary>
internal static class Fences
{
    public static void Need(World world, PlanNode node, string reason, bool priorityDelay)
    {
        if (node.IsGuest)
        {
            PlanResource? container = node.Connection?.Container;
            if (container is not null && !container.Has(Is.Failed))
            {
                if (!container.Has(Is.Managed))
                    return;
                // Restarting what contains it is a guest's fencing.
                node.RemoteRequiresReset = true;
                container.Set(Is.Failed | Is.StopRequired);
            }

            return;
        }

        if (node.Kind == NodeKind.Remote && IsDanglingGuest(node))
        {
            node.Connection!.Set(Is.Failed | Is.StopRequired);
            return;
        }

        if (node.Kind == NodeKind.Remote)
        {
            if (node.Connection is { } connection && !connection.Has(Is.Managed))
                return;
            if (!node.RemoteRequiresReset)
                node.RemoteRequiresReset = true;
            node.Unclean = true;
            Fencing.Operation(world, node, null, true, reason, false);
            return;
        }

        if (!node.Unclean || !world.FenceReasons.ContainsKey(node))
            node.Unclean = true;
        world.FenceReasons.TryAdd(node, (reason, priorityDelay));
        Fencing.Operation(world, node, null, true, reason, priorityDelay);
    }

    // A guest whose container is gone from the configuration.
    private static bool IsDanglingGuest(PlanNode node) =>
        node.Connection is { } connection && connection.Has(Is.Removed) && connection.RemovedContainer;

    /// <summary>Whether the cluster as it is may fence this node at all.</summary>
    public static bool Possible(World world, PlanNode? node)
    {
        if (node is { IsGuest: true })
        {
            // A guest's fencing is its container's restart; that needs the container's host.
            foreach (PlanNode host in node.Connection?.Container?.Running ?? [])
            {
                if (!host.Online && !Possible(world, host))
                    return false;
            }

            return true;
        }

        if (!world.Settings.FencingEnabled)
            return false;
        if (!world.HaveFencing)
            return false;
        if (world.Settings.HaveQuorum)
            return true;
        if (world.Settings.NoQuorum == NoQuorum.Ignore)
            return true;
        return node is { Online: true };
    }
}
