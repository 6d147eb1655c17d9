using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Placements that the histories rule out: after failed stops, hard errors, and
/// of what isn't configured.</summary>
internal static class HistoryBansUnpack
{
    public static void Run(World world)
    {
        foreach ((PlanResource resource, PlanNode? node, ScoreReason why) in world.HistoryBans)
            Locations.Ban(world, resource, node, why);
        // Left running, it is drawn to its node like whatever isn't managed.
        foreach (PlanResource orphan in world.Settings.StopRemovedResources ? world.OrphanBans : [])
            Locations.Ban(world, orphan, null, new ScoreReason(ScoreRule.Removed));
    }
}

/// <summary>Whether any fence device wants to let nodes in again (provides=unfencing).</summary>
internal static class UnfencingUnpack
{
    public static void Run(World world)
    {
        if (!world.Settings.FencingEnabled)
            return;
        foreach (Resource resource in world.Cib.Configuration.Resources)
        {
            if (Provides(world, resource))
                world.HaveUnfencing = true;
        }
    }

    private static bool Provides(World world, Resource resource) => resource switch
    {
        Resource.Primitive primitive => Provides(world, primitive),
        Resource.Group group => group.Members.Any(m => Provides(world, m)),
        Resource.Cloned cloned => Provides(world, cloned.Child),
        Resource.Bundle => false,
    };

    private static bool Provides(World world, Resource.Primitive primitive)
    {
        if (Templates.Agent(world, primitive)?.Class != AgentName.Stonith)
            return false;
        return Templates.Join(primitive.MetaAttributes, Templates.Of(world, primitive)?.MetaAttributes)
            .SelectMany(s => s.Pairs).Any(p => p.Name == "provides" && p.Value == "unfencing");
    }
}
