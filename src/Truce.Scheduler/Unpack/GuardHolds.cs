using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>What the guards of a live cluster hold back, as far as it isn't a score.</summary>
internal static class GuardHolds
{
    /// <summary>Nothing is done to what is blocked, as if it weren't managed.</summary>
    public static void Block(World world)
    {
        if (world.Request.Blocks.IsDefaultOrEmpty)
            return;
        foreach (PlanResource resource in world.AllResources())
        {
            if (resource.IsPrimitive && IsBlocked(world, resource))
                Block(resource);
        }
    }

    /// <summary>Whether a guard blocks a resource, or what it is an instance of.</summary>
    public static bool IsBlocked(World world, PlanResource resource)
    {
        foreach (GuardBlock block in world.Request.Blocks)
        {
            if (InstanceNames.IsOf(resource.Id, block.Resource.Value) || InstanceNames.IsOf(resource.HistoryId, block.Resource.Value))
                return true;
        }

        return false;
    }

    /// <summary>Marks one resource.</summary>
    public static void Block(PlanResource resource)
    {
        resource.Clear(Is.Managed);
        resource.Set(Is.Blocked);
    }

    /// <summary>A quarantined node hosts nothing, as one in standby.</summary>
    public static void Quarantine(World world)
    {
        foreach (NodeId node in world.Request.Quarantined)
        {
            if (world.NodeByName(node.Value) is { } quarantined)
                quarantined.Standby = true;
        }
    }
}
