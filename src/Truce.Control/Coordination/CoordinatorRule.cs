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
}
