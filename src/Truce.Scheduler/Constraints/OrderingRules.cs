namespace Truce.Scheduler.Engine;

/// <summary>Adds orderings between tasks of resources, and what they mean for live migration.</summary>
internal static class OrderingRules
{
    public static void Resources(
        World world, PlanResource first, string firstTask, PlanResource then, string thenTask, Relation kind, string why)
    {
        if (kind == Relation.None)
            return;
        Add(world, first, firstTask, then, thenTask, kind, why);
        if (!ReferenceEquals(first, then))
            Migrations(world, first, firstTask, then, thenTask, why);
    }

    private static void Add(
        World world, PlanResource first, string firstTask, PlanResource then, string thenTask, Relation kind, string why) =>
        world.Order(new Ordering(
            first, Tasks.Key(first, firstTask), null, then, Tasks.Key(then, thenTask), null, kind, why));

    /// <summary>
    /// A migration is a stop and a start in one: what starts before waits with it, what stops before is
    /// waited for. More than the order isn't meant, or a migration would make others move.
    /// </summary>
    private static void Migrations(
        World world, PlanResource first, string firstTask, PlanResource then, string thenTask, string why)
    {
        if (!then.Has(Is.AllowMigrate) || IsParent(first, then) || IsParent(then, first))
            return;
        bool firstCan = first.Has(Is.AllowMigrate);
        Relation unlessMigrating = firstCan ? Relation.Ordered | Relation.FirstElseThen : Relation.Ordered;
        switch (firstTask, thenTask)
        {
            case (Tasks.Start, Tasks.Start):
                if (firstCan)
                    Add(world, first, Tasks.MigrateFrom, then, Tasks.MigrateTo, Relation.Ordered, why);
                Add(world, first, Tasks.Start, then, Tasks.MigrateTo, unlessMigrating, why);
                break;
            case (Tasks.Stop, Tasks.Stop):
                BeforeLeaving(Tasks.Stop, unlessMigrating);
                break;
            case (Tasks.Promote, Tasks.Start):
                Add(world, first, Tasks.Promote, then, Tasks.MigrateTo, Relation.Ordered, why);
                break;
            case (Tasks.Demote, Tasks.Stop):
                BeforeLeaving(Tasks.Demote, Relation.Ordered);
                break;
        }

        void BeforeLeaving(string task, Relation kind)
        {
            Add(world, first, task, then, Tasks.MigrateTo, kind, why);
            // Of a migration that is under way only the second half is left.
            if (then.PartialTarget is not null)
                Add(world, first, task, then, Tasks.MigrateFrom, kind, why);
        }
    }

    public static bool IsParent(PlanResource child, PlanResource parent)
    {
        for (PlanResource? up = child.Parent; up is not null; up = up.Parent)
        {
            if (ReferenceEquals(up, parent))
                return true;
        }

        return false;
    }

    public static void Actions(World world, PlanAction first, PlanResource then, string thenTask, Relation kind, string why) =>
        world.Order(new Ordering(
            null, null, first, then, Tasks.Key(then, thenTask), null, kind, why));

    public static void Actions(World world, PlanAction first, PlanAction then, Relation kind, string why) =>
        world.Order(new Ordering(null, null, first, null, null, then, kind, why));

    public static void Actions(World world, PlanResource first, string firstTask, PlanAction then, Relation kind, string why) =>
        world.Order(new Ordering(
            first, Tasks.Key(first, firstTask), null, null, null, then, kind, why));
}
