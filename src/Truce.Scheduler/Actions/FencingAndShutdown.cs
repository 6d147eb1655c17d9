using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>Fences what must be fenced, lets go who asked to leave, and orders
/// everything else around it.</summary>
internal sealed class FencingAndShutdown(World world)
{
    private readonly List<PlanAction> _fencing = [];
    private readonly List<PlanAction> _shutdowns = [];
    private PlanAction? _coordinatorDown;

    public void Run()
    {
        bool managed = world.AllResources().Any(r => r.Has(Is.Managed));
        foreach (PlanNode node in world.Nodes)
        {
            if (node.IsGuest)
            {
                if (node.RemoteRequiresReset && managed && Fences.Possible(world, node))
                    Guest(node);
                continue;
            }

            if (managed && node.Unclean && Fences.Possible(world, node))
                Fence(node);
            else if (node is { Kind: NodeKind.Cluster, Online: true, Shutdown: true })
                Shutdown(node);
        }

        OrderCoordinator();
    }

    private void Fence(PlanNode node)
    {
        PlanAction fence = Fencing.Operation(world, node, null, false, "node is unclean", FencingDelay.None);
        OrderAround(fence, node);
        if (node.IsCoordinator)
        {
            _coordinatorDown = fence;
            return;
        }

        if (!world.Settings.ConcurrentFencing && _fencing.Count > 0)
            EdgeAdder.Add(_fencing[^1], fence, Relation.Ordered, "one fencing at a time");
        _fencing.Add(fence);
    }

    private void Guest(PlanNode node)
    {
        PlanResource? container = node.Connection?.Container;
        string action = "off";
        PlanAction? stop = null;
        if (container is not null)
        {
            stop = container.Actions.FindLast(a => a.Task == Tasks.Stop);
            if (container.Actions.Exists(a => a.Task == Tasks.Start))
                action = "reboot";
        }

        PlanAction fence = Fencing.Operation(world, node, action, false, "guest is unclean", FencingDelay.None);
        fence.Clear(Act.Optional);
        fence.Cause ??= ActionCause.Said("guest is unclean");
        fence.Set(Act.Pseudo | Act.Runnable);
        const Relation Implies = Relation.UnrunnableFirstBlocks | Relation.FirstImpliesThen;
        if (stop is { Node: not null } && stop.Is(Act.Pseudo))
        {
            PlanAction host = Fencing.Operation(world, stop.Node, null, false, null, FencingDelay.None);
            EdgeAdder.Add(host, fence, Implies, "guest goes with its host");
        }
        else if (stop is not null)
        {
            EdgeAdder.Add(stop, fence, Implies, "guest goes with its container");
        }
        else if (node.Connection?.Actions.FindLast(a => a.Task == Tasks.Stop) is { } connectionStop)
        {
            EdgeAdder.Add(connectionStop, fence, Implies, "guest goes with its connection");
        }

        OrderAround(fence, node);
    }

    private void Shutdown(PlanNode node)
    {
        PlanAction shutdown = ActionFactory.General(world, $"{Tasks.Shutdown}-{node.Name}", Tasks.Shutdown, node, false);
        shutdown.SetMeta("op_no_wait", "true");
        shutdown.SetMeta("on_node", node.Name);
        shutdown.SetMeta("on_node_uuid", node.Uuid);
        foreach (PlanAction action in world.Actions.ToList())
        {
            if (action.Resource is not { } resource || action.Task != Tasks.Stop || !ReferenceEquals(action.Node, node))
                continue;
            // An unmanaged resource doesn't hold up the shutdown; a blocked one does, because
            // an operator must look at it first.
            if (node.Maintenance || resource.Has(Is.Maintenance) || !resource.Has(Is.Managed) && !resource.Has(Is.Blocked))
                continue;
            action.Clear(Act.Optional);
            OrderingRules.Actions(world, action, shutdown, Relation.Ordered | Relation.UnrunnableFirstBlocks, "stop before shutdown");
        }

        if (node.IsCoordinator)
            _coordinatorDown = shutdown;
        else
            _shutdowns.Add(shutdown);
    }

    private void OrderCoordinator()
    {
        if (_coordinatorDown is not { } down)
            return;
        // Others leave first, or every leaving would elect a new coordinator.
        if (down.Task == Tasks.Shutdown)
        {
            foreach (PlanAction shutdown in _shutdowns)
                EdgeAdder.Add(shutdown, down, Relation.Ordered, "coordinator leaves last");
        }

        if (world.Settings.ConcurrentFencing)
        {
            foreach (PlanAction fence in _fencing)
                EdgeAdder.Add(fence, down, Relation.Ordered, "coordinator leaves last");
        }
        else if (_fencing.Count > 0)
        {
            EdgeAdder.Add(_fencing[^1], down, Relation.Ordered, "coordinator leaves last");
        }
    }

    private void OrderAround(PlanAction fence, PlanNode target)
    {
        foreach (PlanResource resource in world.AllResources())
        {
            if (!resource.IsPrimitive || !resource.Has(Is.Managed))
                continue;
            Starts(resource, fence, target);
            Stops(resource, fence, target);
            if (ReferenceEquals(resource.RemoteNode, target) && Parameters.ReconnectMs(world, resource) > 0)
                Forgetting(resource, fence);
        }
    }

    // The failure of a connection is what its node is fenced for.
    private static void Forgetting(PlanResource connection, PlanAction fence)
    {
        foreach (PlanAction action in connection.Actions)
        {
            if (action.Task == Tasks.ClearFailCount)
                EdgeAdder.Add(fence, action, Relation.Ordered, "fencing before its cause is forgotten");
        }
    }

    private static void Starts(PlanResource resource, PlanAction fence, PlanNode target)
    {
        foreach (PlanAction action in resource.Actions)
        {
            switch (action.Needs)
            {
                case Needs.Nothing:
                    break;
                case Needs.Fencing:
                    EdgeAdder.Add(fence, action, Relation.Ordered, "fencing before recovery");
                    break;
                case Needs.Quorum:
                    if (action.Task == Tasks.Start && resource.Allowed.Has(target.Index)
                        && resource.Known?.Contains(target.Index) != true)
                    {
                        EdgeAdder.Add(fence, action, Relation.Ordered | Relation.UnrunnableFirstBlocks, "fencing tells that it is down");
                    }

                    break;
            }
        }
    }

    private void Stops(PlanResource resource, PlanAction fence, PlanNode target)
    {
        bool orderImplied = resource.Has(Is.NeedsFencing) || target.IsGuest;
        bool bundled = resource.BundleGuest is not null;
        foreach (PlanAction stop in resource.Actions.ToList())
        {
            if (stop.Task != Tasks.Stop || !ReferenceEquals(stop.Node, target))
                continue;
            stop.Set(Act.Pseudo | Act.Runnable);
            if (orderImplied)
            {
                if (!bundled)
                    EdgeAdder.Add(fence, stop, Relation.Ordered | Relation.GuestAllowed, "fencing stops it");
                // Of what runs on several nodes, the last stop waits for the fencing of any.
                PlanResource top = resource.TopBelowBundle;
                PlanAction? topStop = top.Actions.FindLast(a => a.Key == Tasks.Key(top, Tasks.Stop));
                if (topStop is not null)
                    EdgeAdder.Add(fence, topStop, Relation.Ordered | Relation.GuestAllowed, "fencing stops it");
            }

            if (resource.Has(Is.Notify))
                Notifications.AfterFencing(world, resource, fence);
        }

        foreach (PlanAction demote in resource.Actions)
        {
            if (demote.Task != Tasks.Demote || !ReferenceEquals(demote.Node, target))
                continue;
            if (target.Online && !target.Unclean && !resource.Has(Is.Failed) && !target.IsGuest)
                continue;
            demote.Set(Act.Pseudo | Act.Runnable);
            if (!bundled && orderImplied)
                EdgeAdder.Add(fence, demote, Relation.Ordered | Relation.GuestAllowed, "fencing demotes it");
        }
    }
}
