using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>
/// A clone: ordinary instances only as lists of the nodes they are on,
/// those that people must look at in full.
/// </summary>
internal sealed class CloneText(
    ClusterState cluster, ResourceActivity activity, ResourceText resources)
{
    /// <summary>Writes the clone and its instances.</summary>
    public void Write(ResourceState.CloneSet clone, int depth)
    {
        ImmutableArray<string> kinds = (clone.Promotable, clone.GloballyUnique) switch
        {
            (true, true) => ["promotable", "unique"],
            (true, false) => ["promotable"],
            (false, true) => ["unique"],
            (false, false) => [],
        };
        resources.WriteItem(depth, $"Clone Set: {clone.Id} [{clone.Cloned}]{ResourceText.Marks(clone, kinds)}:");
        Lists lists = new();
        foreach (ResourceState instance in clone.Instances)
            Sort(clone, instance, lists, depth + 1);
        WriteLists(clone, lists, depth + 1);
    }

    private void Sort(ResourceState.CloneSet clone, ResourceState instance, Lists lists, int depth)
    {
        foreach (NodeId node in instance.ActiveOn)
            lists.Occupied.Add(node);
        bool active = activity.IsPartlyActive(instance);
        if (!active && !IsBusy(instance) && (instance.Marks.HasFlag(ResourceMarks.Removed) || !clone.GloballyUnique))
            return;
        if (clone.GloballyUnique || NeedsDetail(instance) || !activity.IsFullyActive(instance))
            resources.Write(instance, depth);
        else if (instance.ActiveOn is not [var node] || activity.Find(node) is { Online: false })
            resources.Write(instance, depth);
        else
            (instance.Role == ResourceRole.Promoted ? lists.Promoted : lists.Started).Add(node);
    }

    private bool IsBusy(ResourceState instance) =>
        instance is ResourceState.Primitive primitive && PrimitiveText.IsBusy(primitive, activity);

    // Something under way in a group that is active as a whole calls for nobody's attention.
    private bool NeedsDetail(ResourceState instance) => instance is ResourceState.Group group
        ? group.Members.Any(IsSpecial)
        : IsSpecial(instance) || IsBusy(instance);

    private static bool IsSpecial(ResourceState instance) => instance.Marks.HasFlag(ResourceMarks.Removed)
        || instance.Marks.HasFlag(ResourceMarks.Failed)
        || !instance.Marks.HasFlag(ResourceMarks.Managed)
        || instance.Marks.HasFlag(ResourceMarks.Maintenance);

    private void WriteLists(ResourceState.CloneSet clone, Lists lists, int depth)
    {
        WriteNodes("Promoted", lists.Promoted, depth);
        string kept = clone.Marks.HasFlag(ResourceMarks.TargetUnpromoted) ? "Unpromoted (target-role)" : "Unpromoted";
        WriteNodes(clone.Promotable ? kept : "Started", lists.Started, depth);

        // As many as there may be: the other nodes are not stopped, they are left out.
        if (clone.GloballyUnique || lists.Promoted.Count + lists.Started.Count >= clone.InstancesMax)
            return;
        SortedDictionary<string, HashSet<NodeId>> stopped = new(StringComparer.Ordinal);
        foreach (NodeId node in clone.AllowedOn.Where(n => !lists.Occupied.Contains(n)))
        {
            string title = StoppedTitle(clone, node);
            if (!stopped.TryGetValue(title, out HashSet<NodeId>? nodes))
                stopped[title] = nodes = [];
            nodes.Add(node);
        }

        foreach ((string title, HashSet<NodeId> nodes) in stopped)
            WriteNodes(title, nodes, depth);
    }

    private string StoppedTitle(ResourceState.CloneSet clone, NodeId node)
    {
        if (!clone.Instances.IsEmpty && activity.FailedProbe(clone.Instances[0], node) is { } probe)
            return $"Stopped ({probe})";
        bool disabled = clone.Marks.HasFlag(ResourceMarks.Disabled)
            || clone.Instances.Any(i => i.Marks.HasFlag(ResourceMarks.Disabled));
        return disabled ? "Stopped (disabled)" : "Stopped";
    }

    private void WriteNodes(string title, HashSet<NodeId> nodes, int depth)
    {
        if (nodes.Count == 0)
            return;
        IEnumerable<NodeId> sorted = cluster.Nodes.Select(n => n.Name).Where(nodes.Contains);
        resources.WriteItem(depth, $"{title}: [ {string.Join(' ', sorted)} ]");
    }

    private sealed class Lists
    {
        public HashSet<NodeId> Promoted { get; } = [];

        public HashSet<NodeId> Started { get; } = [];

        public HashSet<NodeId> Occupied { get; } = [];
    }
}
