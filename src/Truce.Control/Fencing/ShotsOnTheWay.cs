using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// A node that is back as another boot while an agent is still at work against the former one: it will most
/// likely be hit. It reports, and so gets work, only once that is over; lost before, it costs no other shot
/// (docs/decisions/0079-a-node-that-boots-faster-than-it-is-shot.md).
/// </summary>
internal static class ShotsOnTheWay
{
    /// <summary>Whether a node must wait for one.</summary>
    public static bool Threaten(ReplicatedState state, NodeId node) =>
        state.Fences.Any(f => f.MayStillHit && f.Intent.Target == node);

    /// <summary>Whether a member that is lost was waiting for one, or hadn't joined yet when that was over
    /// (it is missed some time after it was hit), in a boot in which it was never given anything to
    /// run.</summary>
    public static bool Explain(ReplicatedState state, MemberState lost) =>
        lost is { Phase: MemberPhase.Joining, ExecutorSession.Length: 0, IsUnknown: false }
        && state.Fences.Any(f => f.Intent.Target == lost.Node && f.Threatens == lost.Incarnation)
        && !state.Started.Keys.Any(k => k.Node == lost.Node)
        && !state.Pending.Values.Any(o => o.Node == lost.Node);

    /// <summary>How long a node waits at most: what the slowest of its devices may take, and try again
    /// once.</summary>
    public static TimeSpan Patience(ReplicatedState state, NodeId node)
    {
        TimeSpan general = ControlOptions.FencingTimeout(state);
        return 2 * state.Fences.Where(f => f.MayStillHit && f.Intent.Target == node)
            .SelectMany(f => DeviceChoice.Levels(state.Cib, node, f.Intent.By).SelectMany(l => l)
                .Select(d => d.Device.Options.For(f.Intent.Action).Timeout ?? general))
            .Append(general).Max();
    }
}
