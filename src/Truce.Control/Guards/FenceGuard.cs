using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Judges a fence intent when it is applied, the same on every member: whether it may be carried out at all
/// (quorum, one intent at a time, never for an earlier boot), and then what follows from it, by what its
/// cause lies in (<see cref="ResourceCauseRules"/>, <see cref="NodeCauseRules"/>).
/// </summary>
public static class FenceGuard
{
    /// <summary>The verdict.</summary>
    /// <param name="state">The state that the intent is applied to.</param>
    /// <param name="intent">The intent.</param>
    /// <param name="orderedBy">The coordinator that asks, or the member to which an operator spoke.</param>
    public static FenceVerdict Judge(ReplicatedState state, FenceIntent intent, NodeId orderedBy)
    {
        if (Objection(state, intent) is { } objection)
            return new FenceVerdict.Refused(objection);
        return FenceCauses.Scope(intent.Cause) switch
        {
            FenceScope.Resource => ResourceCauseRules.Judge(state, intent),
            FenceScope.Node => NodeCauseRules.Judge(state, intent, orderedBy),
            // Asked for by people, or by a rule that a reboot satisfies.
            FenceScope.Policy or FenceScope.Admission => new FenceVerdict.AsAsked(FenceAftermath.None),
        };
    }

    /// <summary>Why an intent has no effect; null: it stands.</summary>
    public static string? Objection(ReplicatedState state, FenceIntent intent)
    {
        if (QuorumGuard.Objection(state) is { } objection)
            return objection;
        if (intent.Cause is not FenceCause.Requested && QuarantineRules.IsAside(state))
        {
            return "every node here is quarantined because nodes lost each other repeatedly: "
                + "it neither fences nor starts anything until it is released or the other nodes are back";
        }

        if (state.OpenFences.Any(f => f.Intent.Target == intent.Target && f.Intent.IsUnfencing == intent.IsUnfencing))
            return $"{intent.Target} is already being fenced";
        MemberState? target = state.Member(intent.Target);
        if (target is not null && target.Incarnation != intent.TargetIncarnation)
            return $"{intent.Target} has rebooted: it isn't shot for what its previous boot did";
        if (intent.IsUnfencing)
            return null;
        if (MayBeAnotherBoot(state, intent))
            return $"{intent.Target} is heard again, and gets time to report whether it has rebooted";
        if (target is { Phase: MemberPhase.Down, DeadIncarnation.Length: > 0 }
            && target.DeadIncarnation == intent.TargetIncarnation)
        {
            return $"{intent.Target} has already been proven off";
        }

        return QuorateWithout(state, intent.Target)
            ? null
            : $"without {intent.Target} there would be no quorum: fencing it would achieve nothing";
    }

    /// <summary>Whether the target is heard again after it was lost and hasn't reported yet whether it is the
    /// intended boot. An operator's request applies to the node as it is.</summary>
    public static bool MayBeAnotherBoot(ReplicatedState state, FenceIntent intent) =>
        intent.Cause is not FenceCause.Requested && state.Member(intent.Target) is { Phase: MemberPhase.Returned };

    /// <summary>Whether the target's vote is needed: without it there would be no quorum.</summary>
    public static bool IsVain(ReplicatedState state, NodeId target) => !QuorateWithout(state, target);

    private static bool QuorateWithout(ReplicatedState state, NodeId target)
    {
        if (state.View is not { Quorate: true } view)
            return true;
        int rest = view.Votes.Where(v => v.Node != target && view.Participants.Any(p => p.Member.Node == v.Node))
            .Sum(v => v.Votes);
        return rest >= view.Needed;
    }
}
