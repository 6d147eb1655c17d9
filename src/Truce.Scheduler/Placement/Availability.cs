namespace Truce.Scheduler.Engine;

/// <summary>Whether a node can take resources at all.</summary>
internal static class Availability
{
    public static bool CanRun(PlanNode node) =>
        node is { Online: true, Shutdown: false, Unclean: false, Standby: false, Maintenance: false };

    /// <summary>As <see cref="CanRun"/>, and a guest's container has been given a place.</summary>
    public static bool CanRunGuest(PlanNode node)
    {
        if (!CanRun(node))
            return false;
        if (!node.IsGuest || node.Connection?.Container is not { } container)
            return true;
        return container.Assigned is not null || container.Has(Is.Unassigned) && !container.Has(Is.Removed);
    }

    public static bool AnyAvailable(World world, NodeTable table)
    {
        foreach (PlanNode node in world.Nodes)
        {
            if (table.Has(node.Index) && table[node.Index] >= 0 && CanRun(node))
                return true;
        }

        return false;
    }
}
