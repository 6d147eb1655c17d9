namespace Truce.Scheduler.Engine;

/// <summary>Spreads instances of clones, or containers of bundles, over the nodes.</summary>
internal sealed class InstanceAssignment(World world, Assignment all)
{
    public void Sort(List<PlanResource> instances)
    {
        var order = new InstanceOrder(world, all);
        for (int i = 1; i < instances.Count; i++)
        {
            PlanResource moving = instances[i];
            int at = i;
            while (at > 0 && order.Compare(instances[at - 1], moving) > 0)
            {
                instances[at] = instances[at - 1];
                at--;
            }

            instances[at] = moving;
        }
    }

    public void Assign(PlanResource collective, List<PlanResource> instances, int total, int perNode)
    {
        int available = 0;
        collective.Allowed.ClearCounts();
        foreach (PlanNode node in world.Nodes)
        {
            if (collective.Allowed.Has(node.Index) && Availability.CanRun(node))
                available++;
        }

        int optimal = available > 0 ? Math.Max(1, total / available) : 0;
        int assigned = 0;
        foreach (PlanResource instance in instances)
        {
            if (assigned >= total)
                break;
            if (Preferred(collective, instance, optimal) is { } current
                && Early(collective, instance, current, perNode, total - assigned))
                assigned++;
        }

        foreach (PlanResource instance in instances)
        {
            if (!instance.Has(Is.Unassigned))
                continue;
            if (assigned >= total)
                Forbid(instance);
            if (One(collective, instance, null, perNode) is not null)
                assigned++;
        }
    }

    private void Forbid(PlanResource instance)
    {
        all.Primitives.Forbid(instance, new ScoreReason(ScoreRule.EnoughInstances, "clone-max"));
        if (instance.Kind == ResourceKind.Group)
            instance.Children.ForEach(Forbid);
    }

    /// <summary>The node where the instance is, if it may stay there without crowding it.</summary>
    private static PlanNode? Preferred(PlanResource collective, PlanResource instance, int optimal)
    {
        if (!instance.Has(Is.Unassigned) || instance.Has(Is.Failed))
            return null;
        PlanNode? node = Instances.Place(instance, true);
        if (node is null || !Availability.CanRun(node))
            return null;
        if (!collective.Allowed.Has(node.Index) || collective.Allowed[node.Index] < 0 || !MayStay(instance, node))
            return null;
        return collective.Allowed.Count(node.Index) >= optimal ? null : node;
    }

    private static bool MayStay(PlanResource instance, PlanNode node) =>
        instance.Allowed.Has(node.Index) && instance.Allowed[node.Index] >= 0;

    private bool Early(PlanResource collective, PlanResource instance, PlanNode current, int perNode, int available)
    {
        if (!CanTake(collective, instance, current, perNode))
            return false;
        int reserved = 0;
        ScoreMark[] before = Save(instance);
        ScoreMark parent = collective.MarkScores();
        var reservedNodes = new List<PlanNode>();
        PlanNode? chosen = null;
        while (reserved < available)
        {
            chosen = One(collective, instance, current, perNode);
            if (ReferenceEquals(chosen, current))
            {
                // The room that was left for others is theirs to take now.
                foreach (PlanNode each in reservedNodes)
                    collective.Allowed.SetCount(each.Index, collective.Allowed.Count(each.Index) - 1);
                return true;
            }

            Restore(instance, before);
            PrimitiveAssignment.Undo(instance);
            collective.ReturnTo(parent);
            if (chosen is null)
                break;
            // Another node is better for it: leave room there for the next instance, and try again.
            reservedNodes.Add(chosen);
            foreach (PlanNode each in reservedNodes)
                collective.Allowed.SetCount(each.Index, collective.Allowed.Count(each.Index) + 1);
            reserved++;
        }

        collective.ReturnTo(parent);
        return false;
    }

    private static ScoreMark[] Save(PlanResource instance) =>
        [instance.MarkScores(), .. instance.Children.Select(c => c.MarkScores())];

    private static void Restore(PlanResource instance, ScoreMark[] saved)
    {
        instance.ReturnTo(saved[0]);
        for (int i = 0; i < instance.Children.Count; i++)
            instance.Children[i].ReturnTo(saved[i + 1]);
    }

    private static bool CanTake(PlanResource collective, PlanResource instance, PlanNode node, int perNode)
    {
        if (instance.Has(Is.Removed))
            return false;
        if (!Availability.CanRun(node))
            return false;
        return collective.Allowed.Has(node.Index) && collective.Allowed[node.Index] >= 0
            && collective.Allowed.Count(node.Index) < perNode;
    }

    private PlanNode? One(PlanResource collective, PlanResource instance, PlanNode? prefer, int perNode)
    {
        if (instance.Has(Is.Assigning))
            return null;
        foreach (PlanNode node in world.Nodes)
        {
            if (instance.Allowed.Has(node.Index) && !CanTake(collective, instance, node, perNode))
                Ban(instance, node);
        }

        PlanNode? chosen = all.Assign(instance, prefer, prefer is null ? StopIfNone.Yes : StopIfNone.No);
        if (chosen is not null && collective.Allowed.Has(chosen.Index))
            collective.Allowed.SetCount(chosen.Index, collective.Allowed.Count(chosen.Index) + 1);
        return chosen;
    }

    private static void Ban(PlanResource instance, PlanNode node)
    {
        if (instance.Allowed.Has(node.Index))
            instance.Forbid(node.Index, new ScoreReason(ScoreRule.NoRoomForInstance));
        foreach (PlanResource child in instance.Children)
            Ban(child, node);
    }
}

/// <summary>Which instance is to be given a node first.</summary>
internal sealed class InstanceOrder(World world, Assignment all)
{
    public int Compare(PlanResource a, PlanResource b)
    {
        world.Budget.Spend();
        PlanNode? first = Instances.Place(a, true);
        PlanNode? second = Instances.Place(b, true);
        int firstCount = a.Running.Count;
        int secondCount = b.Running.Count;
        if (firstCount > 0 && secondCount > 0 && firstCount != secondCount)
            return firstCount.CompareTo(secondCount);
        bool firstAllowed = Allowed(a, ref first);
        bool secondAllowed = Allowed(b, ref second);
        if (firstAllowed != secondAllowed)
            return firstAllowed ? -1 : 1;
        if (a.Priority != b.Priority)
            return b.Priority.CompareTo(a.Priority);
        if (first is null && second is null)
            return ByNumber(a, b);
        if (first is null || second is null)
            return first is null ? 1 : -1;
        bool firstCan = Availability.CanRun(first);
        bool secondCan = Availability.CanRun(second);
        if (firstCan != secondCan)
            return firstCan ? -1 : 1;
        // Who can't stay may yet be better off where its node still answers.
        if (!firstCan && first.Online != second.Online)
            return first.Online ? -1 : 1;
        bool firstTop = a.Parent!.Allowed.Has(first.Index);
        bool secondTop = b.Parent!.Allowed.Has(second.Index);
        if (firstTop != secondTop)
            return firstTop ? -1 : 1;
        int load = a.Parent.Allowed.Count(first.Index).CompareTo(b.Parent.Allowed.Count(second.Index));
        if (load != 0)
            return load;
        bool firstFailed = Failed(a);
        bool secondFailed = Failed(b);
        if (firstFailed != secondFailed)
            return firstFailed ? 1 : -1;
        int wish = ByColocation(a, b, first, second);
        return wish != 0 ? wish : ByNumber(a, b);
    }

    private static int ByNumber(PlanResource a, PlanResource b) => a.InstanceNumber.CompareTo(b.InstanceNumber);

    private static bool Failed(PlanResource instance) =>
        instance.Has(Is.Failed) || instance.Children.Exists(c => c.Has(Is.Failed));

    private static bool Allowed(PlanResource instance, ref PlanNode? node)
    {
        // Nowhere is better than where it must not stay.
        if (node is null)
            return true;
        if (instance.Parent!.Allowed.Has(node.Index) && instance.Allowed.Has(node.Index) && instance.Allowed[node.Index] >= 0)
            return true;
        node = null;
        return false;
    }

    private int ByColocation(PlanResource a, PlanResource b, PlanNode first, PlanNode second)
    {
        NodeTable one = Wishes(a, first, second);
        NodeTable two = Wishes(b, first, second);
        int x = one.Has(first.Index) ? one[first.Index] : -Scores.Infinity;
        int y = two.Has(second.Index) ? two[second.Index] : -Scores.Infinity;
        return y.CompareTo(x);
    }

    private NodeTable Wishes(PlanResource instance, PlanNode first, PlanNode second)
    {
        var start = new WorkTable(world.Nodes.Count);
        start.Set(first.Index, 0);
        start.Set(second.Index, 0);
        NodeTable table = start;
        foreach (Colocation colocation in ColocationLists.WithOthers(instance.Parent!))
        {
            double factor = (double)colocation.Score / Scores.Infinity;
            table = all.Following.Add(
                colocation.Primary, instance, table, colocation, factor, Engine.Wishes.OfFollowed | Engine.Wishes.KeepActive);
        }

        foreach (Colocation colocation in ColocationLists.OthersWith(instance.Parent!))
        {
            if (!ColocationLists.Influences(colocation, null))
                continue;
            double factor = (double)colocation.Score / Scores.Infinity;
            table = all.Following.Add(
                colocation.Dependent, instance, table, colocation, factor, Engine.Wishes.KeepActive | Engine.Wishes.NonNegative);
        }

        return table;
    }
}
