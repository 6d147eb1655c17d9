using System.Collections.Immutable;
using Truce.Engine.Corosync.Native;
using Truce.Model;

namespace Truce.Engine.Corosync;

/// <summary>Votequorum's numbers as the port has them.</summary>
internal static class QuorumFacts
{
    /// <summary>Facts of a ring. The votes include a quorum device's; the needed ones are votequorum's, also
    /// where a tie-breaker makes half of them quorate.</summary>
    public static QuorumInfo From(
        VoteQuorum.Info info, bool quorate, ImmutableArray<NodeId> nodes,
        ImmutableSortedDictionary<NodeId, int> configured) => new(
            quorate, nodes, configured, Votes(info, nodes, configured), (int)info.Needed,
            info.Flags.HasFlag(VoteQuorum.Flags.WaitForAll), info.Flags.HasFlag(VoteQuorum.Flags.TwoNode));

    public static bool IsSame(QuorumInfo a, QuorumInfo b) => a.Quorate == b.Quorate && a.Votes == b.Votes
        && a.Needed == b.Needed && a.WaitForAll == b.WaitForAll && a.TwoNode == b.TwoNode
        && a.Nodes.SequenceEqual(b.Nodes) && a.Configured.SequenceEqual(b.Configured);

    // votequorum's total may be older or newer than the ring; the nodes are the ring's own.
    private static int Votes(
        VoteQuorum.Info info, ImmutableArray<NodeId> nodes, ImmutableSortedDictionary<NodeId, int> configured) =>
        nodes.Sum(n => configured.GetValueOrDefault(n, 0))
        + (info.Flags.HasFlag(VoteQuorum.Flags.DeviceCastsVote) ? (int)info.DeviceVotes : 0);
}
