using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Who coordinates: the member longest in the lineage, by name among
/// equals. Computed, not voted.</summary>
public static class CoordinatorRule
{
    /// <summary>The coordinator; null if no member has joined yet.</summary>
    public static NodeId? Choose(ReplicatedState state)
    {
        MemberState? first = null;
        foreach (Participant participant in state.View?.Participants ?? [])
        {
            if (state.Member(participant.Member.Node) is { Phase: MemberPhase.Joined } member
                && (first is null || IsLonger(member, first)))
                first = member;
        }

        return first?.Node;
    }

    private static bool IsLonger(MemberState one, MemberState other) => one.JoinedIndex != other.JoinedIndex
        ? one.JoinedIndex < other.JoinedIndex
        : one.Node.CompareTo(other.Node) < 0;

    /// <summary>Puts a member behind all others. Whoever is asked to leave hands over first: a plan has its
    /// coordinator leave last, after all fencing.</summary>
    internal static ReplicatedState HandOver(ReplicatedState state, MemberState member) =>
        member.JoinedIndex > 0 ? state.With(member with { JoinedIndex = state.Index }) : state;
}
