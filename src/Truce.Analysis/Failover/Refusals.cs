using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>Why an outage has no bound, or there is none.</summary>
internal static class Refusals
{
    /// <summary>A plan that doesn't bring the resource back: what keeps it away.</summary>
    public static FailoverBound Of(FailoverContext context, Leaf leaf, FailoverCause cause, Recovery recovery)
    {
        if (leaf.Others > 0)
            return Unaffected(leaf, cause,
                $"its {leaf.Others} other instance{(leaf.Others == 1 ? " goes" : "s go")} on; the lost one comes back with its node");
        ResourceState.Primitive? now = Find(recovery.Plan.Current, leaf.Id);
        return Unbounded(leaf, cause, Why(context, leaf, now));
    }

    /// <summary>The cause doesn't interrupt it.</summary>
    public static FailoverBound Unaffected(Leaf leaf, FailoverCause cause, string why) => new()
    {
        Resource = leaf.Id,
        Cause = cause,
        Verdict = new FailoverVerdict.Unaffected(why),
        From = leaf.Node,
    };

    /// <summary>It has no bound.</summary>
    public static FailoverBound Unbounded(Leaf leaf, FailoverCause cause, string why) => new()
    {
        Resource = leaf.Id,
        Cause = cause,
        Verdict = new FailoverVerdict.Unbounded(why),
        From = leaf.Node,
    };

    private static string Why(FailoverContext context, Leaf leaf, ResourceState.Primitive? now)
    {
        if (now is null)
            return "it is no longer there";
        if (now.Marks.HasFlag(ResourceMarks.Blocked))
            return "it is blocked after the failure (on-fail=block, or a failed stop without fencing)";
        if (now.Marks.HasFlag(ResourceMarks.FailureIgnored))
            return "the failure is ignored (on-fail=ignore)";
        if (leaf.Role == ResourceRole.Promoted)
            return "no other instance has a promotion score: only its agent determines when one gets it";
        return context.MigrationThreshold(leaf.Id) is { } threshold
            ? $"no node is left that may run it (migration-threshold={threshold}, location constraints, colocations)"
            : "no node is left that may run it (location constraints, colocations, on-fail)";
    }

    private static ResourceState.Primitive? Find(ClusterState state, ResourceId id) =>
        state.Resources.SelectMany(r => r.Primitives).Where(l => l.ConfigId == id).MaxBy(l =>
            l.ActiveOn.Length);
}
