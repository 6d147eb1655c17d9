namespace Truce.Scheduler.Engine;

/// <summary>Adds orderings between tasks of resources, and what they mean for live migration.</summary>
internal static class OrderingRules
{
    public static void Resources(
        World world, PlanResource first, string firstTask, PlanResource then, string thenTask, Order kind, string why)
    {
        if (kind == Order.None)
            return;
        Add(world, first, firstTask, then, thenTask, kind, why);
        if (!ReferenceEquals(first, then))
            Migrations(world, first, firstTask, then, thenTask, kind, why);
    }

    private static void Add(
        World world, PlanResource first, string firstTask, PlanResource then, string thenTask, Order kind, string why) =>
        world.Orderings.Add(new Ordering(
            first, Tasks.Key(first, firstTask), null, then, Tasks.Key(then, thenTask), null, kind, why));

    /// <summary>A migration is a start and a stop in one; orders on those hold for it too.</summary>
    private static void Migrations(
        World world, PlanResource first, string firstTask, PlanResource then, string thenTask, Order kind, string why)
    {
        if (IsParent(first, then) || IsParent(then, first))
            return;
        bool firstCan = first.Has(Is.AllowMigrate);
        bool thenCan = then.Has(Is.AllowMigrate);
        if (!thenCan)
            return;
        Order unlessMigrating = firstCan ? kind | Order.FirstElseThen : kind;
        switch (firstTask, thenTask)
        {
            case (Tasks.Start, Tasks.Start):
                if (firstCan)
                    Add(world, first, Tasks.MigrateFrom, then, Tasks.MigrateTo, kind, why);
                Add(world, first, Tasks.Start, then, Tasks.MigrateTo, unlessMigrating, why);
                break;
            case (Tasks.Stop, Tasks.Stop):
                Add(world, first, Tasks.Stop, then, Tasks.MigrateTo, unlessMigrating, why);
                Add(world, first, Tasks.Stop, then, Tasks.MigrateFrom, unlessMigrating, why);
                break;
            case (Tasks.Promote, Tasks.Start):
                Add(world, first, Tasks.Promote, then, Tasks.MigrateTo, kind, why);
                break;
            case (Tasks.Demote, Tasks.Stop):
                Add(world, first, Tasks.Demote, then, Tasks.MigrateTo, kind, why);
                Add(world, first, Tasks.Demote, then, Tasks.MigrateFrom, kind, why);
                break;
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

    public static void Actions(World world, PlanAction first, PlanResource then, string thenTask, Order kind, string why) =>
        world.Orderings.Add(new Ordering(
            null, null, first, then, Tasks.Key(then, thenTask), null, kind, why));

    public static void Actions(World world, PlanAction first, PlanAction then, Order kind, string why) =>
        world.Orderings.Add(new Ordering(null, null, first, null, null, then, kind, why));

    public static void Actions(World world, PlanResource first, string firstTask, PlanAction then, Order kind, string why) =>
        world.Orderings.Add(new Ordering(
            first, Tasks.Key(first, firstTask), null, null, null, then, kind, why));
}
