using System.Globalization;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Capacities of nodes and what resources take of them, where the
/// placement strategy asks for it.</summary>
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
        SortedList<string, int> capacity) =>
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

    /// <summary>Negative if <paramref name="a"/> has more to offer; what
    /// only one has counts for it.</summary>
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

    /// <summary>
    /// Keeps the resource, with all that must be where it is, off nodes too small for them together. Returns
    /// the node with most room where none has enough, so that as many of them as possible get one.
    /// </summary>
    public static PlanNode? BanTooSmall(World world, PlanResource resource)
    {
        if (world.Settings.Placement is "default" or "")
            return null;
        var needs = new SortedList<string, int>(StringComparer.Ordinal);
        var together = new Companions(resource);
        foreach (PlanResource each in together.All)
            Sum(needs, each, together);
        PlanNode? mostFree = null;
        bool any = false;
        foreach (PlanNode node in world.Nodes)
        {
            if (!IsOpen(resource, node))
                continue;
            any |= Fits(node, needs);
            if (mostFree is null || CompareFree(node, mostFree) < 0)
                mostFree = node;
        }

        foreach (PlanNode node in world.Nodes)
        {
            if (!IsOpen(resource, node) || Fits(node, any ? needs : resource.Utilization))
                continue;
            resource.Forbid(node.Index, new ScoreReason(ScoreRule.Utilization, "placement-strategy"));
        }

        return any ? null : mostFree;
    }

    private static bool IsOpen(PlanResource resource, PlanNode node) =>
        resource.Allowed.Has(node.Index) && resource.Allowed[node.Index] >= 0 && Availability.CanRun(node);

    private static bool Fits(PlanNode node, SortedList<string, int> needs)
    {
        foreach ((string name, int amount) in needs)
        {
            if (amount > node.Capacity.GetValueOrDefault(name))
                return false;
        }

        return true;
    }

    private static void Sum(SortedList<string, int> needs, PlanResource resource, Companions together)
    {
        if (!resource.Has(Is.Unassigned))
            return;
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                foreach ((string name, int amount) in resource.Utilization)
                    needs[name] = needs.GetValueOrDefault(name) + amount;
                break;
            case ResourceKind.Group:
                bool all = resource.Group!.Colocated || resource.Parent is { Kind: ResourceKind.Clone };
                foreach (PlanResource member in all ? resource.Children : resource.Children.Take(1))
                {
                    if (!together.Contains(member))
                        Sum(needs, member, together);
                }

                break;
            case ResourceKind.Clone:
                OfClone(needs, resource, together);
                break;
            case ResourceKind.Bundle:
                if (resource.Bundle!.Replicas is [var replica, ..])
                    Sum(needs, replica.Container, together);
                break;
        }
    }

    // One instance is to be with the others, whichever it is.
    private static void OfClone(SortedList<string, int> needs, PlanResource clone, Companions together)
    {
        bool counted = false;
        foreach (PlanResource instance in clone.Children)
        {
            if (together.Contains(instance))
            {
                counted = true;
            }
            else if (instance.Children.Exists(together.Contains))
            {
                Sum(needs, instance, together);
                counted = true;
            }
        }

        if (!counted && clone.Children.Count > 0)
            Sum(needs, clone.Children[0], together);
    }

    /// <summary>All that must be on one node with a resource.</summary>
    private sealed class Companions
    {
        private readonly HashSet<PlanResource> _found = [];
        private readonly PlanResource _origin;

        public Companions(PlanResource origin)
        {
            _origin = origin;
            Collect(origin);
        }

        public List<PlanResource> All { get; } = [];

        public bool Contains(PlanResource resource) => _found.Contains(resource);

        private void Collect(PlanResource resource)
        {
            if (!_found.Add(resource))
                return;
            All.Add(resource);
            if (resource.Kind == ResourceKind.Group)
            {
                bool all = resource.Group!.Colocated || resource.Parent is { Kind: ResourceKind.Clone };
                foreach (PlanResource member in all ? resource.Children : resource.Children.Take(1))
                    Collect(member);
                return;
            }

            foreach (Colocation colocation in ColocationLists.WithOthers(resource))
            {
                if (!ReferenceEquals(colocation.Primary, _origin) && colocation.Score >= Scores.Infinity
                    && ColocationEffects.WouldPlace(resource, colocation.Primary, colocation))
                    Collect(colocation.Primary);
            }

            foreach (Colocation colocation in ColocationLists.OthersWith(resource))
            {
                // It isn't known which instance of a clone a single resource will be with.
                if (resource.Kind == ResourceKind.Clone && colocation.Dependent.Kind != ResourceKind.Clone)
                    continue;
                if (!ReferenceEquals(colocation.Dependent, _origin) && colocation.Score >= Scores.Infinity
                    && ColocationEffects.WouldPlace(colocation.Dependent, resource, colocation))
                    Collect(colocation.Dependent);
            }
        }
    }
}
