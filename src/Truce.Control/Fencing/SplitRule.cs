using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// Whether a node that is lost may be shooting at this very moment: it was cut off, lives, and is as quorate
/// as those who miss it. Only then one side waits for the other (docs/decisions/0058).
/// </summary>
internal static class SplitRule
{
    /// <summary>Which side shoots first; null if no other side can shoot, or if this one
    /// has already waited once.</summary>
    public static HeadStart? Judge(GraphAction.Fence action, NodeId target, ReplicatedState state)
    {
        if (action.Action == "on" || state.View is not { Quorate: true, IsExclusive: false } view)
            return null;
        NodeId[] ours = [.. view.Participants.Select(p => p.Member.Node)];
        NodeId[] theirs =
            [.. view.Votes.Select(v => v.Node).Where(n => !ours.Contains(n) && MayLive(state, view, n))];
        if (!theirs.Contains(target) || Votes(view, theirs) < view.Needed || HasWaited(state, target))
            return null;
        return HeadStartRule.Decide(
            Side(state, view, ours, theirs, action), Side(state, view, theirs, ours, action),
            ControlOptions.Of(state));
    }

    // A node that left in order, or is proven off, can't shoot. A node that is heard has only lost its
    // controller: it isn't another side.
    private static bool MayLive(ReplicatedState state, Command.Formed view, NodeId node) =>
        !view.Heard.Contains(node) && state.Member(node) is null or { Phase: MemberPhase.Lost };

    // Fencing of the same boot was given up, and is tried again: what the wait was for is long decided.
    private static bool HasWaited(ReplicatedState state, NodeId target) => state.Fences.Any(
        f => f.Intent.Target == target && f.Intent.IsContended && f.Stage == FenceStage.Failed
            && f.Intent.TargetIncarnation == (state.Member(target)?.Incarnation ?? ""));

    private static SplitSide Side(
        ReplicatedState state, Command.Formed view, NodeId[] nodes, NodeId[] others, GraphAction.Fence action)
    {
        (TimeSpan Least, TimeSpan Most)[] delays =
            [.. nodes.SelectMany(n => others, (n, o) => DeviceChoice.Delay(state.Cib, n, o))];
        return new SplitSide(
            nodes.Order().ToEquatableArray(), Votes(view, nodes),
            action.Priorities.Where(p => nodes.Contains(p.Node)).Sum(p => p.Priority),
            delays.Max(d => d.Least), delays.Max(d => d.Most));
    }

    private static int Votes(Command.Formed view, NodeId[] nodes) =>
        view.Votes.Where(v => nodes.Contains(v.Node)).Sum(v => v.Votes);
}
