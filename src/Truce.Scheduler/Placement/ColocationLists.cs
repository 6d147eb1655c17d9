namespace Truce.Scheduler.Engine;

/// <summary>
/// Which colocations matter for a resource: its own and those of what it is part of. Strongest
/// claims first: priority, then clones before single resources, then by the other's id; of several
/// with the same one, the last goes first.
/// </summary>
internal static class ColocationLists
{
    /// <summary>Colocations by which <paramref name="resource"/> follows others.</summary>
    public static List<Colocation> WithOthers(PlanResource resource)
    {
        var list = new List<Colocation>();
        CollectWithOthers(resource, resource, list);
        if (list.Count > 1)
            StableSort(list, (a, b) => Compare(a, b, a.Primary, b.Primary));
        return list;
    }

    /// <summary>Colocations by which others follow <paramref name="resource"/>.</summary>
    public static List<Colocation> OthersWith(PlanResource resource)
    {
        var list = new List<Colocation>();
        CollectOthersWith(resource, resource, list);
        if (list.Count > 1)
            StableSort(list, (a, b) => Compare(a, b, a.Dependent, b.Dependent));
        return list;
    }

    private static void CollectWithOthers(PlanResource resource, PlanResource origin, List<Colocation> list)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
            case ResourceKind.Clone:
                list.AddRange(resource.WithOthers);
                break;
            case ResourceKind.Group:
                if (!ReferenceEquals(resource, origin) && !ReferenceEquals(resource.Children[0], origin)
                    && resource.Group!.Colocated)
                {
                    OfUnmanagedStart(resource, origin, list);
                    return;
                }

                list.AddRange(resource.WithOthers);
                OfLaterMembers(resource, origin, list);
                break;
            case ResourceKind.Bundle:
                // They count for the containers; for the service once it comes to roles.
                if (!ReferenceEquals(resource, origin) && !origin.Has(Is.ReplicaContainer) && !ChoosesRoles(resource))
                    return;
                list.AddRange(resource.WithOthers);
                break;
        }

        if (resource.Parent is { } parent)
            CollectWithOthers(parent, origin, list);
    }

    // The first member leads, and the others follow it. One that isn't managed is where it is, whatever the
    // group must be with, so the others are bound themselves (recorded case colocate-unmanaged-group).
    private static void OfUnmanagedStart(PlanResource group, PlanResource origin, List<Colocation> list)
    {
        if (group.Children.TakeWhile(m => !ReferenceEquals(m, origin)).Any(m => !m.Has(Is.Managed)))
            list.AddRange(group.WithOthers.Where(c => c.Score >= Scores.Infinity));
    }

    // Where the first member goes, all must be able to follow.
    private static void OfLaterMembers(PlanResource group, PlanResource origin, List<Colocation> list)
    {
        if (!group.Group!.Colocated)
            return;
        foreach (PlanResource member in group.Children)
        {
            if (ReferenceEquals(member, origin))
                continue;
            foreach (Colocation colocation in member.WithOthers)
            {
                if (!ReferenceEquals(colocation.Primary.Parent, group) && colocation.Id[0] != '#')
                    list.Add(colocation);
            }
        }
    }

    private static void CollectOthersWith(PlanResource resource, PlanResource origin, List<Colocation> list)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
            case ResourceKind.Clone:
                list.AddRange(resource.OthersWith);
                break;
            case ResourceKind.Group:
                // Who follows the group follows its last member, which is there only if all others are.
                if (!ReferenceEquals(resource, origin) && !ReferenceEquals(resource.Children[^1], origin)
                    && resource.Group!.Colocated)
                    return;
                list.AddRange(resource.OthersWith);
                break;
            case ResourceKind.Bundle:
                if (!ReferenceEquals(resource, origin) && !origin.Has(Is.ReplicaContainer) && !ChoosesRoles(resource))
                    return;
                list.AddRange(resource.OthersWith);
                break;
        }

        if (resource.Parent is { } parent)
            CollectOthersWith(parent, origin, list);
    }

    private static bool ChoosesRoles(PlanResource bundle) => bundle.Bundle!.Child is { Clone.ChoosingRoles: true };

    private static int Compare(Colocation a, Colocation b, PlanResource first, PlanResource second)
    {
        if (first.Priority != second.Priority)
            return second.Priority.CompareTo(first.Priority);
        if (first.Kind != second.Kind)
            return second.Kind.CompareTo(first.Kind);
        if (first.IsPromotable != second.IsPromotable)
            return first.IsPromotable ? -1 : 1;
        int byId = string.CompareOrdinal(first.Id, second.Id);
        return byId != 0 ? byId : b.Order.CompareTo(a.Order);
    }

    private static void StableSort(List<Colocation> list, Comparison<Colocation> compare)
    {
        for (int i = 1; i < list.Count; i++)
        {
            Colocation moving = list[i];
            int at = i;
            while (at > 0 && compare(list[at - 1], moving) > 0)
            {
                list[at] = list[at - 1];
                at--;
            }

            moving.Primary.Budget.Spend(1 + i - at);

            list[at] = moving;
        }
    }

    // A connection moves without harm, its container doesn't: where that runs well, it stays, wherever its
    // connection may be (recorded case bundle-connection-with-container).
    private static bool IsSettledContainer(Colocation colocation) =>
        colocation.Dependent.IsConnection
        && ReferenceEquals(colocation.Dependent.Container, colocation.Primary)
        && colocation.Primary.Has(Is.ReplicaContainer) && !colocation.Primary.Has(Is.Failed)
        && colocation.Primary.Running is [{ Online: true, Unclean: false }];

    /// <summary>Whether the dependent's preferences count for the primary: not if the constraint, or an
    /// active dependent, says no.</summary>
    public static bool Influences(Colocation colocation, PlanResource? instance)
    {
        if (IsSettledContainer(colocation))
            return false;
        if (colocation.Influence)
            return true;
        PlanResource dependent = instance ?? colocation.Dependent;
        return dependent.Running.Count == 0;
    }
}
