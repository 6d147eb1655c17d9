namespace Truce.Scheduler.Engine;

/// <summary>What waits for probes beyond the resource's own start: what would be done after a stop that a probe may call for.</summary>
internal static class ProbeOrders
{
    public static void Run(World world)
    {
        foreach (Ordering ordering in world.Orderings.ToList())
        {
            if ((ordering.Kind & (Order.UnrunnableFirstBlocks | Order.FirstImpliesThen | Order.ThenImpliesFirst)) == 0)
                continue;
            if (ordering.First is not { } first || ordering.FirstKey is null || ordering.Then is not { } then
                || ReferenceEquals(first, then) || ordering.FirstKey != Tasks.Key(first, Tasks.Stop))
                continue;
            if (OrderingRules.IsParent(first, then) || OrderingRules.IsParent(then, first))
                continue;
            List<PlanAction> probes = [];
            foreach (PlanResource each in World.Walk(first))
            {
                foreach (PlanAction action in each.Actions)
                {
                    if (action.Task == Tasks.Monitor && action.IntervalMs == 0 && !action.IsOptional)
                        probes.Add(action);
                }
            }

            if (probes.Count == 0)
                continue;
            foreach (PlanAction action in then.Actions)
            {
                if (action.Key != ordering.ThenKey)
                    continue;
                foreach (PlanAction probe in probes)
                    EdgeAdder.Add(probe, action, Order.Ordered, "probe before what follows a stop");
            }
        }
    }
}
