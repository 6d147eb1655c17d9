using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>
/// Reads unfinished live migrations. A whole one is migrate_to on the source, migrate_from on the target,
/// stop on the source. Without the second it is partial and may go on; without the third it dangles and
/// needs the stop. What other nodes recorded is looked up by the resource's id: instances of a clone don't
/// migrate, whatever a history says of one.
/// </summary>
internal static class MigrationHistory
{
    public static void ToSucceeded(World world, PlanResource resource, PlanNode node, OperationRecord migrateTo)
    {
        PlanNode? target = world.NodeByName(migrateTo.MigrateTarget?.Value);
        PlanNode source = world.NodeByName(migrateTo.MigrateSource?.Value) ?? node;
        if (target is null)
            return;
        OperationRecord? from = Operation(world, resource, target, Tasks.MigrateFrom, source);
        bool sourceNewerOperation = NonMonitorAfter(world, resource, source, migrateTo, sameNode: true);
        bool sourceNewer = sourceNewerOperation || StoppedAfter(world, resource, source, migrateTo, sameNode: true);
        bool targetNewer = false;
        if (from is not null)
        {
            if (sourceNewerOperation)
                return;
        }

        targetNewer = NewerOnTarget(world, resource, target, migrateTo, from);
        if (sourceNewer && targetNewer)
            return;
        if (from is { RcCode: 0, OpStatus: (int)ExecutionStatus.Done })
        {
            resource.DanglingMigrations.Add(node);
            resource.Role = ResourceRole.Stopped;
            if (targetNewer || !target.Online)
                return;
            // Whatever the target's own history ends with, it has said that the migration arrived.
            resource.RoleAfterMigration = ResourceRole.Started;
            AddActive(world, resource, target);
            return;
        }

        resource.Role = ResourceRole.Started;
        bool activeOnTarget = !targetNewer && target.Online;
        bool fromPending = from is null || from.OpStatus == (int)ExecutionStatus.Pending;
        if (!fromPending)
        {
            if (activeOnTarget)
                AddActive(world, resource, target);
            else
                Prevent(resource);
            return;
        }

        if (target.Online && !IsKnownOn(world, resource, target) && from is null)
            return;
        if (activeOnTarget)
        {
            AddActive(world, resource, target);
            if (source.Online)
            {
                resource.PartialTarget = target;
                resource.PartialSource = source;
            }
        }
        else if (!sourceNewer)
        {
            Prevent(resource);
        }
    }

    // An operation in progress shows nothing yet.
    private static bool IsKnownOn(World world, PlanResource resource, PlanNode node) =>
        world.Status(resource.Id, node)?.Operations.Any(o => o.OpStatus != (int)ExecutionStatus.Pending) == true;

    private static void Prevent(PlanResource resource)
    {
        resource.Set(Is.Failed | Is.StopRequired);
        resource.Clear(Is.AllowMigrate);
    }

    public static void ToFailed(World world, PlanResource resource, PlanNode node, OperationRecord migrateTo)
    {
        resource.Role = ResourceRole.Started;
        PlanNode? target = world.NodeByName(migrateTo.MigrateTarget?.Value);
        PlanNode source = world.NodeByName(migrateTo.MigrateSource?.Value) ?? node;
        if (target is null)
            return;
        OperationRecord? from = Operation(world, resource, target, Tasks.MigrateFrom, source);
        if (!NewerOnTarget(world, resource, target, migrateTo, from))
        {
            // A target without any record will be probed: nothing is assumed of it.
            if (target.Online && IsKnownOn(world, resource, target))
                AddActive(world, resource, target);
        }
        else if (!NonMonitorAfter(world, resource, source, migrateTo, sameNode: true))
        {
            resource.DanglingMigrations.Insert(0, source);
        }
    }

    public static void FromFailed(World world, PlanResource resource, PlanNode node, OperationRecord migrateFrom)
    {
        resource.Role = ResourceRole.Started;
        PlanNode? source = world.NodeByName(migrateFrom.MigrateSource?.Value);
        if (source is null)
            return;
        OperationRecord? to = Operation(world, resource, source, Tasks.MigrateTo, null, node);
        if (to is not null && !NonMonitorAfter(world, resource, source, to, sameNode: true)
            && !StoppedAfter(world, resource, source, to, sameNode: true) && source.Online)
            AddActive(world, resource, source);
    }

    public static void AddActive(World world, PlanResource resource, PlanNode node) =>
        Activity.Add(world, resource, node, false);

    private static OperationRecord? Operation(
        World world, PlanResource resource, PlanNode node, string task, PlanNode? source, PlanNode? target = null)
    {
        ResourceHistory? history = world.Status(resource.Id, node);
        if (history is null)
            return null;
        foreach (OperationRecord operation in history.Operations)
        {
            if (operation.Operation == task
                && (source is null || operation.MigrateSource?.Value == source.Name)
                && (target is null || operation.MigrateTarget?.Value == target.Name))
                return operation;
        }

        return null;
    }

    private static bool NewerOnTarget(
        World world, PlanResource resource, PlanNode target, OperationRecord migrateTo, OperationRecord? from)
    {
        OperationRecord reference = from ?? migrateTo;
        bool same = from is not null;
        return NonMonitorAfter(world, resource, target, reference, same)
            || StoppedAfter(world, resource, target, reference, same);
    }

    private static bool NonMonitorAfter(
        World world, PlanResource resource, PlanNode node, OperationRecord reference, bool sameNode)
    {
        ResourceHistory? history = world.Status(resource.Id, node);
        if (history is null)
            return false;
        foreach (OperationRecord operation in history.Operations)
        {
            if (operation.Operation is Tasks.Start or Tasks.Stop or Tasks.MigrateTo or Tasks.MigrateFrom
                && Newer(operation, reference, sameNode))
                return true;
        }

        return false;
    }

    private static bool StoppedAfter(
        World world, PlanResource resource, PlanNode node, OperationRecord reference, bool sameNode)
    {
        ResourceHistory? history = world.Status(resource.Id, node);
        if (history is null)
            return false;
        foreach (OperationRecord operation in history.Operations)
        {
            if (operation.Operation == Tasks.Monitor && FindsNothing(operation)
                && Newer(operation, reference, sameNode))
                return true;
        }

        return false;
    }

    private static bool FindsNothing(OperationRecord monitor) =>
        monitor.RcCode == (int)AgentExitCode.NotRunning
        || (monitor.IntervalMs == 0 && ResultMeaning.FindsNothing(monitor.RcCode));

    private static bool Newer(OperationRecord operation, OperationRecord reference, bool sameNode)
    {
        if (sameNode)
            return HistoryOrder.Compare(operation, reference) > 0;
        return operation.LastRcChange is { } a && reference.LastRcChange is { } b && a > b;
    }
}
