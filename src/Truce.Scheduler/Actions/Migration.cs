namespace Truce.Scheduler.Engine;

/// <summary>Turns a move into a live migration where the agent can and nothing forbids it.</summary>
internal sealed class Migration(World world)
{
    public void Create(PlanResource resource, PlanNode current)
    {
        if (!CanNow(resource, current))
            return;
        PlanNode target = resource.Assigned!;
        PlanAction start = ActionFactory.Start(world, resource, target, true);
        PlanAction stop = ActionFactory.Stop(world, resource, current, true);
        PlanAction? to = null;
        if (resource.PartialTarget is null)
        {
            to = ActionFactory.Resource(
                world, resource, Tasks.Key(resource, Tasks.MigrateTo), Tasks.MigrateTo, current, true);
        }

        PlanAction from = ActionFactory.Resource(
            world, resource, Tasks.Key(resource, Tasks.MigrateFrom), Tasks.MigrateFrom, target, true);
        start.Set(Act.Migratable);
        stop.Set(Act.Migratable);
        start.Set(Act.Pseudo);
        if (resource.PartialTarget is not null)
        {
            from.Clear(Act.Optional);
            from.Needs = start.Needs;
            Order(resource, Tasks.Monitor, resource, Tasks.MigrateFrom, Relation.Ordered);
        }
        else
        {
            from.Set(Act.Migratable);
            to!.Set(Act.Migratable);
            to.Needs = start.Needs;
            Order(resource, Tasks.Monitor, resource, Tasks.MigrateTo, Relation.Ordered);
            Order(resource, Tasks.MigrateTo, resource, Tasks.MigrateFrom,
                Relation.Ordered | Relation.UnmigratableThenBlocks);
        }

        Order(resource, Tasks.MigrateFrom, resource, Tasks.Stop,
            Relation.Ordered | Relation.UnmigratableThenBlocks);
        Order(resource, Tasks.MigrateFrom, resource, Tasks.Start,
            Relation.Ordered | Relation.UnmigratableThenBlocks | Relation.FirstOrElse);
        foreach (PlanAction? action in (ReadOnlySpan<PlanAction?>)[to, from])
        {
            if (action is null)
                continue;
            // Where it is in between must be known whatever happens.
            if (action.Task == Tasks.MigrateTo && !resource.IsConnection)
                action.SetMeta("record-pending", "true");
            action.SetMeta("migrate_source", current.Name);
            action.SetMeta("migrate_target", target.Name);
        }
    }

    private static bool CanNow(PlanResource resource, PlanNode current)
    {
        PlanAction? start = resource.Assigned is null ? null
            : resource.Actions.Find(a => a.Task == Tasks.Start && ReferenceEquals(a.Node, resource.Assigned));
        PlanAction? stop = resource.Actions.Find(a => a.Task == Tasks.Stop && ReferenceEquals(a.Node, current));
        if (resource.Assigned is null || ReferenceEquals(resource.Assigned, current))
            return false;
        // A node that is to be fenced can't be left alive.
        if (current.Unclean || resource.Assigned.Unclean)
            return false;
        if (resource.NextRole == ResourceRole.Stopped)
            return false;
        if (start is null || stop is null)
            return false;
        if (start.IsOptional || !start.IsRunnable)
            return false;
        return !stop.IsOptional && stop.IsRunnable || resource.PartialTarget is not null && start.IsRunnable;
    }

    private void Order(PlanResource first, string firstTask, PlanResource then, string thenTask, Relation kind) =>
        world.Orderings.Add(new Ordering(
            first, Tasks.Key(first, firstTask), null, then, Tasks.Key(then, thenTask), null, kind, "migration"));
}
