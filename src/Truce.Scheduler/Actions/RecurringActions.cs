using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Keeps the recurring operations that fit the next role running, and
/// cancels those that don't.</summary>
internal sealed class RecurringActions(World world)
{
    public void Create(PlanResource resource)
    {
        // One node in maintenance keeps the cluster's hands off all of what runs there, wherever else it runs.
        if (resource.Has(Is.Maintenance) || resource.Has(Is.Blocked)
            || resource.Running.Exists(n => n.Maintenance))
            return;
        PlanAction? start = null;
        if (resource.Assigned is { } node)
        {
            if (node.Maintenance)
                return;
            if (resource.NextRole != ResourceRole.Stopped || !resource.Has(Is.Managed))
                // Asked for by all that may stay: what isn't managed has no need of its start then (kept:
                // unmanaged-twice-needs-no-start), and what is demoted on its way to another node is started
                // there for no other reason (kept: demoted-on-its-way-is-started).
                start = ActionFactory.Start(world, resource, node, true);
        }

        foreach (OperationConfig operation in resource.Operations)
        {
            if (operation.IntervalMs <= 0 || IsDuplicate(resource, operation))
                continue;
            if (operation.Name is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote or Tasks.MigrateTo
                or Tasks.MigrateFrom or Tasks.Notify)
                continue;
            if (operation.Config.Enabled == false)
                continue;
            ResourceRole role = operation.Config.Role is { } r ? Roles.Of(r) : ResourceRole.Unknown;
            if (role == ResourceRole.Stopped)
            {
                WhileStopped(resource, operation);
                continue;
            }

            if (start is not null)
                WhileActive(resource, operation, role, start, resource.Assigned!);
        }
    }

    private static bool IsDuplicate(PlanResource resource, OperationConfig operation)
    {
        // Of two with the same name and interval it is unclear which was meant: neither is touched.
        foreach (OperationConfig other in resource.Operations)
        {
            if (!ReferenceEquals(other, operation) && other.Name == operation.Name
                && other.IntervalMs == operation.IntervalMs)
                return true;
        }

        return false;
    }

    private void WhileActive(
        PlanResource resource, OperationConfig operation, ResourceRole role, PlanAction start, PlanNode node)
    {
        string key = Tasks.Key(resource.Id, operation.Name, operation.IntervalMs);
        PlanAction? existing = resource.Actions.Find(
            a => a.Key == key && ReferenceEquals(a.Node, node) && a.Task != Tasks.Cancel);
        bool optional = existing is not null && start.IsOptional && !existing.Is(Act.Reschedule);
        if (!Fits(resource, role))
        {
            if (optional)
                CancelForRole(resource, operation, node);
            return;
        }

        PlanAction monitor = ActionFactory.Resource(
            world, resource, key, operation.Name, node, optional, operation.IntervalMs);
        if (!start.IsRunnable)
            monitor.Clear(Act.Runnable);
        else if (!node.Online || node.Unclean)
            monitor.Clear(Act.Runnable);
        if (resource.NextRole == ResourceRole.Promoted)
            monitor.ExpectedRc = 8;
        if (!resource.Has(Is.Managed))
            return;
        Order(resource, Tasks.Start, monitor, Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks);
        Order(resource, Tasks.ReloadAgent, monitor, Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks);
        if (resource.NextRole == ResourceRole.Promoted)
            Order(resource, Tasks.Promote, monitor, Relation.Ordered | Relation.UnrunnableFirstBlocks);
        else if (resource.Role == ResourceRole.Promoted)
            Order(resource, Tasks.Demote, monitor, Relation.Ordered | Relation.UnrunnableFirstBlocks);
    }

    private static bool Fits(PlanResource resource, ResourceRole role)
    {
        if (role == ResourceRole.Unknown)
            return resource.NextRole != ResourceRole.Promoted;
        return role == resource.NextRole;
    }

    private void CancelForRole(PlanResource resource, OperationConfig operation, PlanNode node)
    {
        string key = Tasks.Key(resource.Id, operation.Name, operation.IntervalMs);
        if (resource.Actions.Exists(a => a.Key == key && a.Task == Tasks.Cancel && ReferenceEquals(a.Node, node)))
            return;
        PlanAction cancel = ConfigChanges.CancelAction(world, resource, operation.Name, operation.IntervalMs, node);
        string? after = (resource.NextRole, resource.Role) switch
        {
            (ResourceRole.Stopped, _) => Tasks.Stop,
            (ResourceRole.Unpromoted or ResourceRole.Started, ResourceRole.Promoted) => Tasks.Demote,
            (ResourceRole.Promoted, ResourceRole.Unpromoted or ResourceRole.Started) => Tasks.Promote,
            _ => null,
        };
        if (after is not null)
            OrderingRules.Actions(world, cancel, resource, after, Relation.UnrunnableFirstBlocks, "cancel for new role");
    }

    /// <summary>A monitor with role Stopped watches that the resource is nowhere else.</summary>
    private void WhileStopped(PlanResource resource, OperationConfig operation)
    {
        if (!resource.Has(Is.Unique) && !resource.WatchedWhileStopped)
            return;
        string key = Tasks.Key(resource.Id, operation.Name, operation.IntervalMs);
        foreach (PlanNode node in world.Nodes)
        {
            PlanAction? running = resource.Actions.Find(
                a => a.Key == key && ReferenceEquals(a.Node, node) && a.Task != Tasks.Cancel);
            if (resource.Assigned is not null && ReferenceEquals(resource.Assigned, node)
                && resource.NextRole != ResourceRole.Stopped)
            {
                if (running is not null)
                    CancelStopped(resource, operation, node);
                continue;
            }

            if (node is not { Online: true, Unclean: false })
            {
                if (node.Kind == NodeKind.Cluster && running is null && !node.Online)
                    continue;
            }

            WatchStopped(resource, operation, node, key, running);
        }
    }

    private void CancelStopped(PlanResource resource, OperationConfig operation, PlanNode node)
    {
        PlanAction cancel = ConfigChanges.CancelAction(world, resource, operation.Name, operation.IntervalMs, node);
        if (resource.NextRole is ResourceRole.Started or ResourceRole.Unpromoted or ResourceRole.Promoted)
            OrderingRules.Actions(world, cancel, resource, Tasks.Start, Relation.UnrunnableFirstBlocks, "cancel before start");
    }

    private void WatchStopped(
        PlanResource resource, OperationConfig operation, PlanNode node, string key, PlanAction? running)
    {
        PlanAction monitor = ActionFactory.Resource(
            world, resource, key, operation.Name, node, running is not null, operation.IntervalMs);
        monitor.ExpectedRc = (int)AgentExitCode.NotRunning;
        foreach (PlanAction probe in resource.Actions.ToList())
        {
            if (resource.Has(Is.Managed)
                && probe.Task == Tasks.Monitor && probe.IntervalMs == 0 && ReferenceEquals(probe.Node, node))
            {
                EdgeAdder.Add(probe, monitor, Relation.Ordered, "probe before monitor");
            }
        }

        foreach (PlanAction stop in resource.Actions.ToList())
        {
            if (stop.Task != Tasks.Stop || !ReferenceEquals(stop.Node, node))
                continue;
            if (!stop.IsOptional)
                monitor.Clear(Act.Optional);
            if (!stop.IsRunnable)
                monitor.Clear(Act.Runnable);
            if (resource.Has(Is.Managed))
            {
                EdgeAdder.Add(stop, monitor,
                    Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks, "stop before monitor");
            }
        }

        if (!node.Online || node.Unclean)
            monitor.Clear(Act.Runnable);
    }

    private void Order(PlanResource resource, string task, PlanAction monitor, Relation kind) =>
        OrderingRules.Actions(world, resource, task, monitor, kind, "recurring operation");
}
