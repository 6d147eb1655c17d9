using System.Globalization;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Capacities of nodes and what resources take of them, where the placement strategy asks for it.</summary>
internal static class Utilization
{
    public static void LogOriginal(World world)
    {
        if (!world.Request.KeepUtilization)
            return;
        foreach (PlanNode node in world.Nodes)
            world.UtilizationLines.Add(new UtilizationLine.Capacity(false, new NodeId(node.Name), Values(node.Capacity)));
    }

    public static void LogRemaining(World world)
    {
        if (!world.Request.KeepUtilization)
            return;
        foreach (PlanNode node in world.Nodes)
            world.UtilizationLines.Add(new UtilizationLine.Capacity(true, new NodeId(node.Name), Values(node.Capacity)));
    }

    private static System.Collections.Immutable.ImmutableArray<KeyValuePair<string, string>> Values(
        SortedDictionary<string, int> capacity) =>
        [.. capacity.Select(c => KeyValuePair.Create(c.Key, c.Value.ToString(CultureInfo.InvariantCulture)))];

    public static void Consume(World world, PlanNode node, PlanResource resource)
    {
        foreach ((string name, int amount) in resource.Utilization)
        {
            if (node.Capacity.TryGetValue(name, out int free))
                node.Capacity[name] = free - amount;
        }

        if (world.Request.KeepUtilization && resource.Utilization.Count > 0)
        {
            world.UtilizationLines.Add(new UtilizationLine.Assigned(
                "pcmk__primitive_assign", new ResourceId(resource.Id), new NodeId(node.Name), Values(resource.Utilization)));
        }
    }

    public static void Release(PlanNode node, PlanResource resource)
    {
        foreach ((string name, int amount) in resource.Utilization)
        {
            if (node.Capacity.TryGetValue(name, out int free))
                node.Capacity[name] = free + amount;
        }
    }

    /// <summary>Negative if <paramref name="a"/> has more to offer; what only one has counts for it.</summary>
    public static int CompareFree(PlanNode a, PlanNode b)
    {
        int result = 0;
        foreach ((string name, int free) in a.Capacity)
        {
            int other = b.Capacity.GetValueOrDefault(name);
            result += free > other ? -1 : free < other ? 1 : 0;
        }

        foreach ((string name, int free) in b.Capacity)
        {
            if (!a.Capacity.ContainsKey(name))
                result += free > 0 ? 1 : free < 0 ? -1 : 0;
        }

        return result;
    }

    /// <summary>Keeps the resource, with all that must be where it is, off nodes too small for them together.</summary>
    public static void BanTooSmall(World world, PlanResource resource)
    {
        if (world.Settings.Placement is "default" or "")
            return;
        HashSet<PlanResource> together = Together(resource);
        var needs = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (PlanResource each in together)
        {
            if (!each.Has(Is.Unassigned))
                continue;
            Sum(needs, each);
        }

        if (needs.Count == 0)
            return;
        var own = resource.Utilization;
        PlanNode? mostFree = null;
        bool any = false;
        NodeTable before = resource.Allowed.Copy();
        foreach (PlanNode node in world.Nodes)
        {
            if (!resource.Allowed.Has(node.Index) || !Availability.CanRun(node) || resource.Allowed[node.Index] < 0)
                continue;
            if (Fits(node, needs))
                any = true;
            if (mostFree is null || CompareFree(node, mostFree) < 0)
                mostFree = node;
        }

        foreach (PlanNode node in world.Nodes)
        {
            if (!resource.Allowed.Has(node.Index) || !Availability.CanRun(node))
                continue;
            bool fits = any ? Fits(node, needs) : Fits(node, own);
            if (!fits)
            {
                resource.Allowed[node.Index] = -Scores.Infinity;
                world.Explain(resource, node, -Scores.Infinity, "utilization", "placement-strategy");
            }
        }

        _ = before;
    }

    private static bool Fits(PlanNode node, SortedDictionary<string, int> needs)
    {
        foreach ((string name, int amount) in needs)
        {
            if (amount > node.Capacity.GetValueOrDefault(name))
                return false;
        }

        return true;
    }

    private static void Sum(SortedDictionary<string, int> needs, PlanResource resource)
    {
        if (resource.IsPrimitive)
        {
            foreach ((string name, int amount) in resource.Utilization)
                needs[name] = needs.GetValueOrDefault(name) + amount;
            return;
        }

        if (resource.Kind == ResourceKind.Clone)
        {
            if (resource.Children.Find(c => c.Has(Is.Unassigned)) is { } next)
                Sum(needs, next);
            return;
        }

        foreach (PlanResource child in resource.Children)
        {
            if (child.Has(Is.Unassigned))
                Sum(needs, child);
        }
    }

    private static HashSet<PlanResource> Together(PlanResource resource)
    {
        var found = new HashSet<PlanResource>();
        var queue = new Queue<PlanResource>();
        queue.Enqueue(resource);
        while (queue.TryDequeue(out PlanResource? each))
        {
            if (!found.Add(each))
                continue;
            foreach (Colocation colocation in ColocationLists.WithOthers(each))
            {
                if (colocation.Score >= Scores.Infinity || (each.Parent is { } p && ReferenceEquals(p, colocation.Primary)))
                    queue.Enqueue(colocation.Primary);
            }

            foreach (Colocation colocation in ColocationLists.OthersWith(each))
            {
                if (colocation.Score >= Scores.Infinity && colocation.Dependent.Kind is ResourceKind.Primitive or ResourceKind.Group)
                    queue.Enqueue(colocation.Dependent);
            }
        }

        // A group and its members would count twice.
        found.RemoveWhere(r => r.Kind == ResourceKind.Group && r.Children.Exists(found.Contains));
        return found;
    }
}
