using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Who coordinates: the member longest in the lineage, by name among
/// equals. Computed, not voted.</summary>
public static class CoordinatorRule
{
    /// <summary>The coordinator; null if no member has joined yet.</summary>
    public static NodeId? Choose(ReplicatedState state) => state.View is not { } view
        ? null
        : view.Participants
            .Select(p => state.Member(p.Member.Node))
            .OfType<MemberState>()
            .Where(m => m.Phase == MemberPhase.Joined)
            .OrderBy(m => m.JoinedIndex).ThenBy(m => m.Node)
            .FirstOrDefault()?.Node;

    /// <summary>Puts a member behind all others. Whoever is asked to leave hands over first: a plan has its
    /// coordinator leave last, after all fencing.</summary>
    internal static ReplicatedState HandOver(ReplicatedState state, MemberState member) =>
        member.JoinedIndex > 0 ? state.With(member with { JoinedIndex = state.Index }) : state;
}
