using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// What a node in quarantine means for the others and for itself
/// (docs/decisions/0055-a-quarantined-nodes-loss.md). Both sides of a cut follow from one history: a member
/// joined only after the shot that quarantined it was applied, so that it knows.
/// </summary>
internal static class QuarantineRules
{
    /// <summary>The nodes that are quarantined, with the fencing that did it; also where all that are left
    /// are. Where each node that votes is, the first isn't: the last able node never is.</summary>
    public static IEnumerable<FenceState> All(ReplicatedState state)
    {
        FenceState[] all = [.. state.Fences.Where(
            f => f.Quarantine != FenceQuarantine.None && FenceLedger.Counts(f)).DistinctBy(
                f => f.Intent.Target)];
        NodeId[] voters = [.. (state.View?.Votes ?? []).Select(v => v.Node).Order()];
        bool none = voters.Length > 0 && voters.All(v => all.Any(f => f.Intent.Target == v));
        return none ? all.Where(f => f.Intent.Target != voters[0]) : all;
    }

    /// <summary>Whether a node is quarantined.</summary>
    public static bool IsQuarantined(ReplicatedState state, NodeId node) =>
        All(state).Any(f => f.Intent.Target == node);

    /// <summary>What most likely is broken where a node is lost again and again. Of two that
    /// can each go on alone the one that is lost may live and shoot as well: only what lies
    /// between them explains both.</summary>
    public static FenceQuarantine Kind(ReplicatedState state) =>
        state.View is { } view && QuorumGuard.IsOneVoteEnough(view)
            ? FenceQuarantine.Links
            : FenceQuarantine.Node;

    /// <summary>Whether only nodes are here that are quarantined for what lies between them and others: the
    /// others may be well, and know that these host nothing. They neither start nor shoot.</summary>
    public static bool IsAside(ReplicatedState state)
    {
        if (state.Fences.IsEmpty)
            return false;
        ImmutableArray<MemberState> here = [
            .. state.Members.Values.Where(m => m.Phase == MemberPhase.Joined)];
        ImmutableArray<FenceState> all = [.. All(state)];
        return here.Length > 0 && here.All(m => all.Any(f => f.Intent.Target == m.Node))
            && here.Any(
                m => all.Any(f => f.Intent.Target == m.Node && f.Quarantine == FenceQuarantine.Links));
    }

    /// <summary>Whether a member's loss is no reason to fence it: it is quarantined and hosts nothing, and
    /// nothing of it is under way, so that nothing can be active there (S1, S2), and by its own copy of the
    /// history it starts nothing either.</summary>
    public static bool IsHarmless(ReplicatedState state, MemberState member)
    {
        if (state.Fences.IsEmpty || !HoldsAlone(state, member.Node))
            return false;
        return member.Phase switch
        {
            MemberPhase.Joined => HostsNothing(state, member),
            // It hosted nothing when it was lost before, in this very boot,
            // and it has received no orders since.
            MemberPhase.Joining or MemberPhase.Returned or MemberPhase.ControllerGone =>
                member.QuietIncarnation == member.Incarnation,
            MemberPhase.ControllerLost or MemberPhase.Lost or MemberPhase.Down => false,
        };
    }

    // Where a node could go on alone, only a quarantine that binds it there
    // too keeps it from starting anything.
    private static bool HoldsAlone(ReplicatedState state, NodeId node) => All(state).Any(
        f => f.Intent.Target == node && (f.Quarantine == FenceQuarantine.Links
            || state.View is not { } view || !QuorumGuard.IsOneVoteEnough(view)));

    // Everything configured was looked for, and nothing found.
    private static bool HostsNothing(ReplicatedState state, MemberState member) =>
        member.Unkillable.Count == 0
        && !state.Started.Keys.Any(k => k.Node == member.Node)
        && !state.Pending.Values.Any(o => o.Node == member.Node && StartGuard.Activates(o))
        && HistoryReading.Of(state.Cib.Status, member.Uuid) is var histories
        && !histories.Any(HistoryReading.MayBeActive)
        && state.Cib.Configuration.Resources.SelectMany(r => r.Primitives)
            .Where(p => p.Agent?.Class != AgentName.Stonith)
            .All(p => histories.Any(h => InstanceNames.IsOf(h.Id.Value, p.Id.Value)));
}
