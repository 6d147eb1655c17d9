namespace Truce.Scheduler.Engine;

/// <summary>
/// Sorts nodes where "better" can run in a circle: of capacities that can't be compared none is better, and
/// then loads or names decide. What comes first then depends on the order before and on the way of sorting,
/// so both are Pacemaker's: its tables are keyed by node ids, list their slots backwards, and are merged by
/// halves (seen with crm_simulate on 24 circles of three nodes; kept: balanced-nodes-better-in-a-circle).
/// </summary>
internal static class BalancedOrder
{
    // Slots of a table, and the prime just below that spreads the keys over them.
    private static readonly (int Slots, uint Spread)[] s_sizes =
        [(8, 7), (16, 13), (32, 31), (64, 61), (128, 127), (256, 251), (512, 509), (1024, 1021), (2048, 2039), (4096, 4093)];

    public static List<PlanNode> Sort(List<PlanNode> nodes, Comparison<PlanNode> compare)
    {
        PlanNode[] sorted = Listed(nodes);
        MergeSort(sorted, new PlanNode[sorted.Length], compare);
        return [.. sorted];
    }

    private static PlanNode[] Listed(List<PlanNode> nodes)
    {
        PlanNode?[] slots = new PlanNode?[s_sizes[0].Slots];
        int size = 0;
        int used = 0;
        foreach (PlanNode node in nodes)
        {
            Put(slots, s_sizes[size].Spread, node);
            used++;
            if (slots.Length > used + (used / 16) || size == s_sizes.Length - 1)
                continue;
            while (size < s_sizes.Length - 1 && s_sizes[size].Slots <= used * 4 / 3)
                size++;
            PlanNode?[] larger = new PlanNode?[s_sizes[size].Slots];
            foreach (PlanNode? each in slots)
            {
                if (each is not null)
                    Put(larger, s_sizes[size].Spread, each);
            }

            slots = larger;
        }

        Array.Reverse(slots);
        return [.. slots.OfType<PlanNode>()];
    }

    private static void Put(PlanNode?[] slots, uint spread, PlanNode node)
    {
        uint hash = 0;
        foreach (char each in node.Uuid)
            hash = unchecked((hash * 31) + each);
        int slot = (int)(unchecked(hash * 11) % spread);
        for (int step = 1; slots[slot] is not null; step++)
            slot = (slot + step) & (slots.Length - 1);
        slots[slot] = node;
    }

    // The smaller half first; of equals the earlier one stays first.
    private static void MergeSort(Span<PlanNode> nodes, Span<PlanNode> space, Comparison<PlanNode> compare)
    {
        if (nodes.Length < 2)
            return;
        int half = nodes.Length / 2;
        MergeSort(nodes[..half], space, compare);
        MergeSort(nodes[half..], space, compare);
        int left = 0;
        int right = half;
        for (int i = 0; i < nodes.Length; i++)
        {
            bool fromLeft = right == nodes.Length || left < half && compare(nodes[left], nodes[right]) <= 0;
            space[i] = fromLeft ? nodes[left++] : nodes[right++];
        }

        space[..nodes.Length].CopyTo(nodes);
    }
}
