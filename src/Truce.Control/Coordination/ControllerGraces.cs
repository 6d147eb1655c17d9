using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>How long a node without a controller is waited for: its supervisor may be
/// respawning it, or the node boots.</summary>
internal sealed class ControllerGraces(ControlLimits limits)
{
    private readonly SortedDictionary<NodeId, Instant> _missedSince = [];
    private readonly SortedDictionary<NodeId, ControllerWord> _words = [];

    /// <summary>A node's supervisor has spoken, or is gone. Kept by every member:
    /// any may coordinate next.</summary>
    public void Said(NodeId node, ControllerWord word) => _words[node] = word;

    /// <summary>Another coordinator counts afresh.</summary>
    public void Clear() => _missedSince.Clear();

    /// <summary>Begins and ends grace periods; the end of one is announced to all members, and announced
    /// again if that had no effect.</summary>
    public void Step(ReplicatedState state, StepWork work)
    {
        foreach (MemberState member in state.Members.Values)
        {
            if (member.Phase is not (MemberPhase.ControllerGone or MemberPhase.Returned))
                _missedSince.Remove(member.Node);
            else if (!_missedSince.TryGetValue(member.Node, out Instant since))
                _missedSince[member.Node] = work.Time.Now;
            else if (Until(member, since).CompareTo(work.Time.Now) <= 0)
            {
                _missedSince[member.Node] = work.Time.Now;
                work.Submit(new Command.GraceEnded(member.Node, member.ControllerSession));
            }
        }
    }

    // A node that is only just heard again boots: its supervisor may not be up yet.
    private Instant Until(MemberState member, Instant since) => PeerGrace.Until(
        member.Phase == MemberPhase.Returned ? ControllerWord.Running : _words.GetValueOrDefault(member.Node), since,
        limits.ControllerGrace);
}
