using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>Marks nodes that must be fenced: with every cause, and the first one in words.</summary>
internal static class Fences
{
    /// <param name="world">What is known.</param>
    /// <param name="node">Who must be fenced.</param>
    /// <param name="cause">Why.</param>
    /// <param name="reason">The same as the peer's tools word it.</param>
    public static void Need(World world, PlanNode node, FenceCause cause, string reason)
    {
        Record(world, node, cause);
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
            Fencing.Operation(world, node, null, true, reason, FencingDelay.None);
            return;
        }

        node.Unclean = true;
        Fencing.Operation(
            world, node, null, true, reason, cause is FenceCause.NodeLost ? FencingDelay.ByPriority : FencingDelay.None);
    }

    private static void Record(World world, PlanNode node, FenceCause cause)
    {
        if (!world.FenceCauses.TryGetValue(node, out List<FenceCause>? causes))
            world.FenceCauses[node] = causes = [];
        // What was active on a node that is away anyway follows from that, and so does the failure of a
        // container that is restarted to fence its guest: neither is a cause of its own.
        bool follows = causes.Count > 0
            && cause is FenceCause.ActiveUnreachable or FenceCause.ContainerFailed;
        if (!follows && !causes.Contains(cause))
            causes.Add(cause);
    }

    /// <summary>
    /// What a fence action is for. A node without a status of its own is
    /// unclean from the start, without a cause.
    /// </summary>
    public static EquatableArray<FenceCause> CausesOf(World world, PlanAction action)
    {
        if (action.Is(Act.Unfencing))
            return [new FenceCause.Unfencing()];
        return action.Node is { } node && world.FenceCauses.TryGetValue(node, out List<FenceCause>? causes)
            ? [.. causes]
            : [new FenceCause.UncleanAtStart()];
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
