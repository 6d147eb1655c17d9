using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Who has acknowledged how much in the present view. Acknowledgements are counted where they are delivered,
/// own ones too, so that all members commit an entry at the same point of the order.
/// </summary>
internal sealed class Acknowledgements
{
    private readonly Dictionary<NodeId, long> _upTo = [];
    private ImmutableArray<NodeVotes> _votes = [];
    private int _needed = int.MaxValue;
    private int _safe = int.MaxValue;

    /// <summary>A view begins: every member acknowledges again.</summary>
    public void Begin(Command.Formed formed)
    {
        ImmutableHashSet<NodeId> present = [.. formed.Participants.Select(p => p.Member.Node)];
        _upTo.Clear();
        // In a minority, all members must acknowledge.
        _votes = formed.Quorate
            ? [.. formed.Votes.Where(v => present.Contains(v.Node))]
            : [.. present.Order().Select(n => new NodeVotes(n, 1))];
        _needed = formed.Quorate ? formed.Needed : present.Count;
        // Where few votes can be quorate alone (two_node, a quorum device), an entry that fewer members
        // hold may be missing from the side that continues: a set of votes meets every quorum only if
        // the remaining votes aren't a quorum.
        int meetsAll = Math.Max(_needed, formed.Votes.Sum(v => v.Votes) - _needed + 1);
        _safe = formed.Quorate ? Math.Min(_votes.Sum(v => v.Votes), meetsAll) : _needed;
    }

    /// <summary>No view: nothing can be committed.</summary>
    public void Clear()
    {
        _upTo.Clear();
        _votes = [];
        _needed = _safe = int.MaxValue;
    }

    /// <summary>A member holds everything up to <paramref name="index"/>.</summary>
    public void Hear(NodeId node, long index) =>
        _upTo[node] = Math.Max(index, _upTo.GetValueOrDefault(node));

    /// <summary>How far a member is; 0: nothing heard.</summary>
    public long Of(NodeId node) => _upTo.GetValueOrDefault(node);

    /// <summary>The largest index that members with a quorum of votes have acknowledged.</summary>
    public long Committed() => HeldBy(_needed);

    /// <summary>The largest index held by every part of this view that could later be quorate:
    /// changes up to it may be acknowledged to clients. In a cluster where the majority decides,
    /// it is the committed index.</summary>
    public long SafelyHeld() => HeldBy(_safe);

    /// <summary>Whether a quorum holds an entry even without one node: what a
    /// shot at that node needs.</summary>
    public bool IsHeldWithout(NodeId target, long index) =>
        _votes.Where(v => v.Node != target && _upTo.GetValueOrDefault(v.Node) >= index).Sum(v => v.Votes) >= _needed;

    private long HeldBy(int needed)
    {
        long held = 0;
        foreach (NodeVotes voter in _votes)
        {
            long upTo = Of(voter.Node);
            if (upTo > held && VotesFor(upTo) >= needed)
                held = upTo;
        }

        return held;
    }

    private int VotesFor(long index)
    {
        int votes = 0;
        foreach (NodeVotes voter in _votes)
            votes += Of(voter.Node) >= index ? voter.Votes : 0;
        return votes;
    }
}
