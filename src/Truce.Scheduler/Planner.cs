using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler.Engine;

namespace Truce.Scheduler;

/// <summary>
/// Decides what a cluster should do, from its configuration and status alone.
/// The same input gives the same plan.
/// </summary>
public static class Planner
{
    /// <summary>Plans the transition to the best state that can be reached now.</summary>
    public static Plan Plan(Cib cib, PlanOptions options)
    {
        World world = Unpack(cib, options);
        ClusterState current = StateBuilder.Build(world);
        HealthRules.Run(world);
        ConstraintsUnpack.Run(world);
        NodeCriteria.Run(world);
        new InternalOrderings(world).Run();
        Assignment.RequireFencing(world);
        var changes = new ConfigChanges(world);
        changes.Run();
        new Assignment(world).Run();
        changes.RunAfterAssignment();
        new Probes(world).Run();
        new ResourceActions(world).Run();
        RemoteOrders.Run(world);
        new FencingAndShutdown(world).Run();
        new Binding(world).Run();
        var updating = new Updating(world);
        new ColocationBlocks(world, updating.Update).Run();
        new ProbeOrders(world).Run();
        updating.Run();
        ImmutableArray<Decision> decisions = DecisionBuilder.Build(world);
        TransitionGraph graph = new GraphBuilder(world).Build();
        return new Plan(
            current, decisions, graph, [.. world.ScoreLines], [.. world.UtilizationLines],
            PlacementBuilder.Build(world), [.. world.Warnings])
        {
            Avoided = [.. world.Avoided],
            Diagram = options.Diagram == DiagramScope.None ? null : DiagramBuilder.Build(world, options.Diagram),
        };
    }

    /// <summary>Only reads the status: what every node and resource is.</summary>
    public static ClusterState ReadStatus(Cib cib, PlanOptions options) => StateBuilder.Build(Unpack(cib, options));

    private static World Unpack(Cib cib, PlanOptions options)
    {
        var world = new World(cib, options) { Now = options.Now.ToUnixTimeSeconds() };
        SettingsUnpack.Run(world);
        NodesUnpack.Run(world);
        UnfencingUnpack.Run(world);
        ResourcesUnpack.Run(world);
        Tables.BindToGuests(world);
        world.SortByPriority();
        GuardHolds.Block(world);
        NodeStatesUnpack.Run(world);
        GuardHolds.Quarantine(world);
        new HistoryUnpack(world).Run();
        HistoryBansUnpack.Run(world);
        return world;
    }
}
