using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>How long a shot at a lost node waits for that node's own shot, where it may be only cut off and
/// as quorate as the others.</summary>
internal sealed class HeadStartTimes(Cib cib, ClusterOptions options, CorosyncTimes corosync)
{
    private readonly NodeId[] _nodes =
        [.. cib.Configuration.Nodes.Where(n => n.Type == NodeType.Member).Select(n => n.Name)];

    /// <summary>The wait, beyond the devices' own delays.</summary>
    public long Ms(GraphAction.Fence fence) =>
        IsContended(fence, out NodeId target) ? Wait(fence, target) : fence.PriorityDelayMs;

    /// <summary>The option that it comes from.</summary>
    public static string Source(GraphAction.Fence fence) =>
        fence.PriorityDelayMs > 0 ? "priority-fencing-delay" : "truce-fence-head-start";

    private bool IsContended(GraphAction.Fence fence, out NodeId target)
    {
        target = fence.Node ?? default;
        return fence.Node is not null && _nodes.Length > 1
            && fence.Causes.Any(
                c => c is FenceCause.NodeLost or FenceCause.UncleanAtStart or FenceCause.NeverSeen)
            && corosync.VotesOf(target.Value) >= corosync.VotesNeeded;
    }

    private long Wait(GraphAction.Fence fence, NodeId target)
    {
        NodeId[] others = [.. _nodes.Where(n => n != target)];
        return HeadStartRule
            .Decide(Side(fence, others, [target]), Side(fence, [target], others), options).WaitMs;
    }

    private SplitSide Side(GraphAction.Fence fence, NodeId[] nodes, NodeId[] others)
    {
        (TimeSpan Least, TimeSpan Most)[] delays =
            [.. nodes.SelectMany(n => others, (n, o) => DeviceChoice.Delay(cib, n, o))];
        return new SplitSide(
            nodes.Order().ToEquatableArray(), nodes.Sum(n => corosync.VotesOf(n.Value)),
            fence.Priorities.Where(p => nodes.Contains(p.Node)).Sum(p => p.Priority),
            delays.Max(d => d.Least), delays.Max(d => d.Most));
    }
}
