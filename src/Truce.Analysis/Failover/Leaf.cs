using System.Collections.Immutable;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>A primitive whose outage is computed, by the instance that matters
/// most: promoted before others.</summary>
/// <param name="Id">As configured.</param>
/// <param name="Instance">The scheduler's id.</param>
/// <param name="History">As histories name it.</param>
/// <param name="Role">What it is.</param>
/// <param name="Node">Where; null: nowhere.</param>
/// <param name="Others">Other active instances in the same role.</param>
/// <param name="Marks">Managed, blocked and so on.</param>
/// <param name="Group">The group that it is in, if any.</param>
internal sealed record Leaf(
    ResourceId Id, ResourceId Instance, ResourceId History, ResourceRole Role, NodeId? Node, int Others,
    ResourceMarks Marks,
    ResourceId? Group)
{
    /// <summary>The primitives of a cluster, fence devices left out.</summary>
    public static ImmutableArray<Leaf> Of(ClusterState state) =>
    [
        .. state.Resources.SelectMany(r => Primitives(r, null))
            .Where(p => p.State.Class != AgentName.Stonith && !p.State.Marks.HasFlag(ResourceMarks.Removed))
            .GroupBy(p => p.State.ConfigId)
            .Select(g => Of([.. g])),
    ];

    private static Leaf Of(ImmutableArray<(ResourceState.Primitive State, ResourceId? Group)> instances)
    {
        (ResourceState.Primitive first, ResourceId? group) = instances.MaxBy(i => i.State.ActiveOn.IsEmpty
            ? 0 : (int)i.State.Role);
        NodeId? node = first.ActiveOn.IsEmpty ? null : first.ActiveOn[0];
        int same = instances.Count(i => !i.State.ActiveOn.IsEmpty && i.State.Role == first.Role);
        return new Leaf(first.ConfigId, first.Id, first.HistoryId, first.Role, node, Math.Max(0, same - 1),
            first.Marks, group);
    }

    private static IEnumerable<(ResourceState.Primitive State,
        ResourceId? Group)> Primitives(ResourceState resource, ResourceId? group) =>
        resource switch
        {
            ResourceState.Primitive p => [(p, group)],
            ResourceState.Group g => g.Members.SelectMany(m => Primitives(m, g.ConfigId)),
            ResourceState.CloneSet c => c.Instances.SelectMany(i => Primitives(i, group)),
            // What runs in containers isn't executed by Truce, and has no time of its own here.
            ResourceState.Bundle => [],
        };
}
