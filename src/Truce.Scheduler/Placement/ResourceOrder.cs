namespace Truce.Scheduler.Engine;

/// <summary>With utilization, the order of assignment matters: by priority, then by how
/// much each wants its node.</summary>
internal sealed class ResourceOrder(World world, Assignment all)
{
    public void Sort()
    {
        List<PlanNode> nodes = [.. world.Nodes];
        var none = new WorkTable(world.Nodes.Count);
        nodes.Sort((a, b) => NodeOrder.Compare(world, none, a, b, null));
        var tables = new Dictionary<PlanResource, NodeTable>();
        foreach (PlanResource resource in world.Resources)
            tables[resource] = all.Following.Of(resource);
        List<PlanResource> sorted = world.Resources.ToList();
        for (int i = 1; i < sorted.Count; i++)
        {
            PlanResource moving = sorted[i];
            int at = i;
            while (at > 0 && Compare(sorted[at - 1], moving, nodes, tables) > 0)
            {
                sorted[at] = sorted[at - 1];
                at--;
            }

            world.Budget.Spend(1 + i - at);
            sorted[at] = moving;
        }

        world.Resources.Clear();
        world.Resources.AddRange(sorted);
    }

    private static int Compare(
        PlanResource a, PlanResource b, List<PlanNode> nodes, Dictionary<PlanResource, NodeTable> tables)
    {
        if (a.Priority != b.Priority)
            return b.Priority.CompareTo(a.Priority);
        int first = OnCurrent(a, tables[a]);
        int second = OnCurrent(b, tables[b]);
        if (first != second)
            return second.CompareTo(first);
        foreach (PlanNode node in nodes)
        {
            first = tables[a].Has(node.Index) ? tables[a][node.Index] : -Scores.Infinity;
            second = tables[b].Has(node.Index) ? tables[b][node.Index] : -Scores.Infinity;
            if (first != second)
                return second.CompareTo(first);
        }

        return 0;
    }

    private static int OnCurrent(PlanResource resource, NodeTable table)
    {
        PlanNode? current = resource.Current;
        return current is not null && table.Has(current.Index) ? table[current.Index] : -Scores.Infinity;
    }
}
