using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>
/// Reads the operation histories, node by node: which resource is where, in which role, and what has failed.
/// Histories of remote and guest nodes count only once their connection is known to be up.
/// </summary>
internal sealed class HistoryUnpack(World world)
{
    private readonly List<(PlanResource Container, PlanNode? Node)> _containerStops = [];

    public void Run()
    {
        while (Pass(fence: false))
        {
        }

        // Without fencing there is no way to know what an absent node is still running: it counts as stopped.
        Pass(fence: world.Settings.FencingEnabled);
        foreach (PlanResource clone in world.AllResources())
        {
            if (clone.IsPromotable)
                clone.Children.ForEach(NameUnpromoted);
        }

        foreach ((PlanResource container, _) in _containerStops)
        {
            foreach (PlanNode node in container.Running.ToList())
                ActionFactory.Stop(world, container, node, false);
        }

        foreach (PlanNode node in world.Nodes)
        {
            if (!node.IsRemote)
                continue;
            if (node.Shutdown && node.Connection is { } connection)
                connection.NextRole = ResourceRole.Stopped;
            if (!node.Unpacked)
                NodeStatesUnpack.JudgeRemote(node);
        }
    }

    // What was started and never promoted is unpromoted. Beside a promoted member of its group it counts as
    // merely started, and is neither demoted nor promoted with it (random clusters answered by 3.0.2).
    private static void NameUnpromoted(PlanResource instance)
    {
        List<PlanResource> parts = [.. World.Walk(instance).Where(p => p.IsPrimitive)];
        if (parts.Exists(p => p.Role == ResourceRole.Promoted))
            return;
        foreach (PlanResource part in parts)
        {
            if (part.Role == ResourceRole.Started)
                part.Role = ResourceRole.Unpromoted;
        }
    }

    private bool Pass(bool fence)
    {
        bool any = false;
        foreach (NodeState state in world.Cib.Status.NodeStates)
        {
            PlanNode? node = NodeStatesUnpack.Find(world, state);
            if (node is null || node.Unpacked || !Ready(node, fence))
                continue;
            if (node is { IsRemote: true, Forgotten: false })
                NodeStatesUnpack.ReadRemote(world, node, state);
            if (node.IsRemote)
                NodeStatesUnpack.JudgeRemote(node);
            node.Unpacked = true;
            any = true;
            if (state.History is not null)
                Read(node, state.History);
        }

        return any;
    }

    private bool Ready(PlanNode node, bool fence)
    {
        if (node.IsRemote)
        {
            PlanResource? connection = node.Connection;
            if (fence)
                return true;
            if (node.IsGuest)
                return connection is { Role: ResourceRole.Started, Container.Role: ResourceRole.Started };
            return connection is not null && (world.Settings.ShutdownLock || connection.Role == ResourceRole.Started);
        }

        // What is locked to a node that is down is known from that node's history alone.
        return fence || world.Settings.FencingEnabled || world.Settings.ShutdownLock || node.Online;
    }

    private void Read(PlanNode node, LocalHistory history)
    {
        foreach (ResourceHistory entry in history.Resources)
        {
            if (entry.Operations.IsEmpty && entry.ShutdownLock is null)
                continue;
            if (entry.Container is not null)
                AdoptContainer(entry);
            PlanResource? resource = HistoryResource.Find(world, node, entry);
            if (resource is null && entry.Operations.IsEmpty)
                continue;
            resource ??= HistoryResource.Orphan(world, entry);
            ReadResource(node, resource, entry);
        }
    }

    // A guest connection that is no longer configured: bind it to its container's
    // history, so that it is stopped first.
    private void AdoptContainer(ResourceHistory entry)
    {
        PlanResource? known = world.Find(entry.Id.Value);
        if (known is null)
            return;
        PlanResource? container = world.Find(entry.Container!.Value.Value);
        if (container is not null && known.Has(Is.Removed) && known.Container is null)
        {
            known.Container = container;
            container.Filling.Add(known);
        }
    }

    private void ReadResource(PlanNode node, PlanResource resource, ResourceHistory entry)
    {
        if (entry.ShutdownLock is { } since)
            ShutdownLock(resource, node, since);
        List<OperationRecord> operations = HistoryOrder.Sort(entry.Operations);
        ResourceRole before = resource.Role;
        resource.Role = ResourceRole.Unknown;
        var reading = new OperationReading(world, resource, node, entry);
        foreach (OperationRecord operation in operations)
            reading.Read(operation);
        ActiveOperations(node, resource, operations);
        new ResourceStateRules(world, _containerStops).Apply(
            resource, node, reading.OnFail, reading.FenceCauses);
        resource.History.Add(new NodeHistory(node, operations));
        if (resource.ConfiguredRole is { } wanted
            && (resource.NextRole == ResourceRole.Unknown || wanted < resource.NextRole))
            resource.NextRole = wanted;
        if (before > resource.Role)
            resource.Role = before;
        if (resource.RoleAfterMigration > resource.Role)
            resource.Role = resource.RoleAfterMigration;
    }

    private void ShutdownLock(PlanResource resource, PlanNode node, long since)
    {
        if (!world.Settings.ShutdownLock)
            return;
        long limit = world.Settings.ShutdownLockLimitMs / 1000;
        if (limit > 0 && world.Now > since + limit)
            return;
        if (limit > 0)
            world.RecheckAt(since + limit + 1);
        resource.LockNode = node;
        resource.LockTime = since;
    }

    /// <summary>Recurring operations that run now become optional actions, so that
    /// nothing starts them twice.</summary>
    private void ActiveOperations(PlanNode node, PlanResource resource, List<OperationRecord> operations)
    {
        (int start, int stop) = HistoryOrder.ActiveRange(operations);
        if (!node.Online || (start < stop && stop >= 0) || operations.Count == 0)
            return;
        for (int i = 0; i < operations.Count; i++)
        {
            OperationRecord operation = operations[i];
            if (i < start || operation.IntervalMs == 0)
                continue;
            if (operation.OpStatus == (int)ExecutionStatus.Pending)
                continue;
            string key = Tasks.Key(resource.Id, operation.Operation, operation.IntervalMs);
            ActionFactory.Resource(world, resource, key, operation.Operation, node, true, operation.IntervalMs);
        }
    }
}
