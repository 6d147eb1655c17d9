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

    /// <summary>An operation of a resource as it would be ordered on a node now, for running it by hand:
    /// parameters, the operation's own, and meta attributes.</summary>
    /// <param name="cib">The cluster.</param>
    /// <param name="options">As for a plan.</param>
    /// <param name="resource">A primitive's id, or an instance's. Of several instances it is the one on the
    /// node, or the first.</param>
    /// <param name="node">Where.</param>
    /// <param name="operation">start, stop, monitor, or whatever else the agent offers.</param>
    /// <returns>null: there is no such primitive or node.</returns>
    public static GraphAction.ResourceOperation? Operation(
        Cib cib, PlanOptions options, ResourceId resource, NodeId node, string operation)
    {
        World world = Unpack(cib, options);
        PlanNode? where = world.Nodes.FirstOrDefault(n => n.Name == node.Value);
        PlanResource[] instances =
        [
            .. world.AllResources().Where(r => r.IsPrimitive
                && (r.Id == resource.Value || r.ConfigId == resource.Value
                    || r.HistoryName == resource.Value)),
        ];
        if (where is null || instances.Length == 0)
            return null;
        PlanResource one = instances.FirstOrDefault(r => r.Running.Contains(where)) ?? instances[0];
        PlanAction action = new(0, one, Tasks.Key(one, operation), operation, where)
        {
            Config = OperationRules.Find(one, operation, 0, includeDisabled: false),
        };
        return new ActionAttributes(world).Write(action, []) as GraphAction.ResourceOperation;
    }

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
