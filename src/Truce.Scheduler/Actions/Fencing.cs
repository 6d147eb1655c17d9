using System.Globalization;

namespace Truce.Scheduler.Engine;

/// <summary>Whether a shot waits for a more important side to shoot first.</summary>
internal enum FencingDelay
{
    None,
    ByPriority,
}

/// <summary>Makes the fencing and unfencing actions of nodes, one per node and kind.</summary>
internal static class Fencing
{
    /// <summary>The meta attribute that says how long a shot waits for the more important side.</summary>
    public const string DelayByPriority = "priority-fencing-delay";

    public static PlanAction Operation(
        World world, PlanNode node, string? operation, bool optional, string? reason, FencingDelay delay)
    {
        operation ??= world.Settings.FencingAction;
        string key = $"{Tasks.Fence}-{node.Name}-{operation}";
        if (!world.FenceByKey.TryGetValue(key, out PlanAction? action))
        {
            action = ActionFactory.General(world, key, Tasks.Fence, node, true);
            action.SetMeta("on_node", node.Name);
            action.SetMeta("on_node_uuid", node.Uuid);
            action.SetMeta("stonith_action", operation);
            if (operation == "on")
                action.Set(Act.Unfencing);
            world.FenceByKey[key] = action;
        }

        // Who is lost is known before what runs where: reckoned again when the shot itself is planned.
        if (world.Settings.PriorityFencingDelayMs > 0 && !node.IsRemote
            && (delay == FencingDelay.ByPriority || action.MetaValue(DelayByPriority) is not null))
        {
            action.SetMeta(DelayByPriority, Seconds(PriorityDelay(world, node)));
        }

        if (!optional && Fences.Possible(world, node))
        {
            action.Clear(Act.Optional);
            action.Cause ??= ActionCause.Said(reason);
        }
        else if (reason is not null)
        {
            action.Cause ??= ActionCause.Said(reason);
        }

        return action;
    }

    private static string Seconds(long milliseconds) =>
        (milliseconds / 1000).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// In a split, the side with the more important resources shoots at once, the other waits: the delay is
    /// for shots at the node of highest priority.
    /// </summary>
    private static long PriorityDelay(World world, PlanNode node)
    {
        int members = 0;
        int lost = 0;
        int top = int.MinValue;
        int lowest = int.MaxValue;
        foreach (PlanNode each in world.Nodes)
        {
            if (each.Kind != NodeKind.Cluster)
                continue;
            members++;
            if (!each.Online || each.Unclean)
                lost++;
            top = Math.Max(top, each.Priority);
            lowest = Math.Min(lowest, each.Priority);
        }

        if (lost <= members / 2 && members != 2)
        {
            if (lost < (members + 1) / 2)
                return 0;
        }

        if (lowest == top)
            return 0;
        return node.Priority < top ? 0 : world.Settings.PriorityFencingDelayMs;
    }
}
