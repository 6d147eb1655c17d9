using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Finds rings among constraints.</summary>
internal static class Loops
{
    /// <summary>
    /// The constraints that close a ring: each leads from one resource to another that leads back to it.
    /// </summary>
    public static IEnumerable<(Constraint Constraint, string Ring)> Closing(
        IReadOnlyList<(Constraint Constraint, ResourceId From, ResourceId To)> edges)
    {
        ILookup<ResourceId, ResourceId> next = edges.ToLookup(e => e.From, e => e.To);
        HashSet<string> told = [];
        foreach ((Constraint constraint, ResourceId from, ResourceId to) in edges)
        {
            if (Path(next, to, from) is not { } path)
                continue;
            // One ring is said once, at the first of its constraints.
            if (told.Add(string.Join(' ', path.Select(p => p.Value).Order(StringComparer.Ordinal))))
                yield return (constraint, string.Join(" → ", ((ResourceId[])[from, .. path]).Select(p => p.Value)));
        }
    }

    private static List<ResourceId>? Path(ILookup<ResourceId, ResourceId> next, ResourceId start, ResourceId end)
    {
        Dictionary<ResourceId, ResourceId> cameFrom = new() { [start] = start };
        Queue<ResourceId> open = new([start]);
        while (open.TryDequeue(out ResourceId here))
        {
            if (here == end)
                return Back(cameFrom, start, end);
            foreach (ResourceId there in next[here])
            {
                if (cameFrom.TryAdd(there, here))
                    open.Enqueue(there);
            }
        }

        return null;
    }

    private static List<ResourceId> Back(Dictionary<ResourceId, ResourceId> cameFrom, ResourceId start, ResourceId end)
    {
        List<ResourceId> path = [end];
        while (path[^1] != start)
            path.Add(cameFrom[path[^1]]);
        path.Reverse();
        return path;
    }
}
