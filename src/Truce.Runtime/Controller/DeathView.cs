using Truce.Contracts;
using Truce.Control;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>Which boots of nodes are proven to be over, for roles that wait for such proof.</summary>
internal static class DeathView
{
    /// <summary>All that this node's copy knows. A boot that was heard again after its proof is none of
    /// them.</summary>
    public static ClientReply.Deaths Make(ReplicatedState? state) => new(
        state is null ? [] : [.. state.Members.Values.Where(IsProven).Select(m => Death(state, m))]);

    // A node that was never seen has no boot that could be named.
    private static bool IsProven(MemberState member) => member.DeadIncarnation.Length > 0 || IsOff(member);

    private static bool IsOff(MemberState member) =>
        member.Phase == MemberPhase.Down && member.Incarnation == member.DeadIncarnation;

    private static ProvenDeath Death(ReplicatedState state, MemberState member)
    {
        FenceState? fence = state.Fences.LastOrDefault(f => f.IsProof && f.Intent.Target == member.Node
            && f.Intent.TargetIncarnation == member.DeadIncarnation);
        string evidence = fence switch
        {
            null => "confirmed by a person",
            { Stage: FenceStage.Confirmed } => $"fencing {fence.Intent.Id}, confirmed by a person",
            { } done => $"fencing {done.Intent.Id} by {done.Intent.By} with {done.Device}",
        };
        return new ProvenDeath(
            member.Node.Value, member.DeadIncarnation, IsOff(member) ? ProvenDeath.Off : ProvenDeath.Back,
            evidence);
    }
}
