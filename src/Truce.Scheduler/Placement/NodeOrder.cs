namespace Truce.Scheduler.Engine;

/// <summary>Orders nodes by how good they are for a resource.</summary>
internal static class NodeOrder
{
    public static List<PlanNode> Sorted(World world, NodeTable table, PlanNode? active)
    {
        var nodes = new List<PlanNode>();
        foreach (PlanNode node in world.Nodes)
        {
            if (table.Has(node.Index))
                nodes.Add(node);
        }

        if (world.Settings.Placement == "balanced")
            return BalancedOrder.Sort(nodes, (a, b) => Compare(world, table, a, b, active));
        nodes.Sort((a, b) => Compare(world, table, a, b, active));
        return nodes;
    }

    public static int Compare(World world, NodeTable table, PlanNode a, PlanNode b, PlanNode? active)
    {
        int first = Availability.CanRun(a) ? table[a.Index] : -Scores.Infinity;
        int second = Availability.CanRun(b) ? table[b.Index] : -Scores.Infinity;
        if (first != second)
            return second.CompareTo(first);
        if (world.Settings.Placement != "minimal")
        {
            if (world.Settings.Placement == "balanced")
            {
                int capacity = Utilization.CompareFree(a, b);
                if (capacity != 0)
                    return capacity;
            }

            if (a.Load != b.Load)
                return a.Load.CompareTo(b.Load);
            if (active is not null && !ReferenceEquals(a, b))
            {
                if (ReferenceEquals(a, active))
                    return -1;
                if (ReferenceEquals(b, active))
                    return 1;
            }
        }

        return string.CompareOrdinal(a.Name, b.Name);
    }
}
