namespace Truce.Scheduler.Engine;

/// <summary>Devices that cut a node off from storage must let it back in
/// before anything starts there.</summary>
internal static class Unfencing
{
    public static PlanAction Of(World world, PlanNode node, bool optional, string? reason) =>
        Fencing.Operation(world, node, "on", optional, reason, FencingDelay.None);

    public static void OrderStarts(World world, PlanResource resource)
    {
        foreach (PlanNode node in world.Nodes)
        {
            if (!resource.Allowed.Has(node.Index))
                continue;
            PlanAction unfence = Of(world, node, true, null);
            OrderingRules.Actions(world, unfence, resource, Tasks.Start,
                Relation.FirstImpliesSameNodeThen | Relation.IfOnSameNode, "unfencing");
            OrderingRules.Actions(world, resource, Tasks.Stop, unfence,
                Relation.Ordered | Relation.IfOnSameNode, "unfencing");
        }
    }

    /// <summary>Orders an action of a resource that needs unfencing after its node's.</summary>
    public static void Before(World world, PlanResource resource, PlanNode? node, PlanAction action, Relation order)
    {
        if (node is null || !world.HaveUnfencing || !world.Settings.FencingEnabled)
            return;
        if (!resource.IsFenceDevice && !resource.Has(Is.NeedsUnfencing))
            return;
        // Optional at first: else every new resource would unfence its node, and stop all that runs there.
        PlanAction unfence = Of(world, node, true, null);
        EdgeAdder.Add(unfence, action, order, "unfencing");
        bool done = node.Attribute("#node-unfenced") is { } when && when != "0";
        if (!done && node is { Online: true, Unclean: false, Shutdown: false })
            Of(world, node, false, $"required by {resource.Id} {action.Task}");
    }

    /// <summary>Resources that need storage are stopped before their node is unfenced again.</summary>
    public static void After(World world, PlanResource resource, PlanNode node, PlanAction stop)
    {
        if (world.HaveUnfencing && world.Settings.FencingEnabled && resource.Has(Is.NeedsUnfencing))
            EdgeAdder.Add(stop, Of(world, node, true, null), Relation.ThenImpliesFirst, "unfencing");
    }

    /// <summary>
    /// A node that was let in by a device that has changed since must be let in again. If it can't be,
    /// because it is lost or leaving, the device's other nodes are: the same device let them in.
    /// </summary>
    public static void Trigger(World world, PlanResource resource, PlanNode node, string reason)
    {
        if (!world.HaveUnfencing || !resource.IsFenceDevice)
            return;
        if (CanBeLetIn(node))
        {
            Of(world, node, false, reason);
            return;
        }

        foreach (PlanNode each in world.Nodes)
        {
            if (resource.Allowed.Has(each.Index) && CanBeLetIn(each))
                Of(world, each, false, reason);
        }
    }

    private static bool CanBeLetIn(PlanNode node) =>
        node is { Online: true, Unclean: false, Shutdown: false };
}
