using System.Collections.Immutable;

namespace Truce.Model;

/// <summary>Votes as the engine counts them.</summary>
/// <param name="Quorate">Whether this partition is quorate.</param>
/// <param name="Nodes">Nodes heard now, sorted.</param>
/// <param name="Configured">Every configured node with its votes.</param>
/// <param name="Votes">Votes present.</param>
/// <param name="Needed">Votes needed.</param>
/// <param name="WaitForAll">Quorum is first given when every configured node has been seen.</param>
/// <param name="TwoNode">One vote of two can be quorate.</param>
public sealed record QuorumInfo(
    bool Quorate,
    ImmutableArray<NodeId> Nodes,
    ImmutableSortedDictionary<NodeId, int> Configured,
    int Votes,
    int Needed,
    bool WaitForAll,
    bool TwoNode);
