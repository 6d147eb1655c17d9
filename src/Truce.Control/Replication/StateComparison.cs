using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Finds out whether the members of a quorate view hold the same state (promise S6), and which of them
/// discard theirs if they don't. Each member digests its state at every tick; the coordinator's next tick
/// carries its digest. A member that differs sends its own, then all members do, and the last of these
/// messages is a point in the total order at which all decide alike: outvoted members exit and come back with
/// a snapshot; on a tie, everything holds until one side has discarded its state.
/// </summary>
internal sealed class StateComparison(ControlIdentity self)
{
    private const int KeptMax = 64;
    private readonly StateDigest _digest = new();
    private readonly Dictionary<long, string> _own = [];
    private readonly Queue<long> _order = [];
    private readonly Dictionary<NodeId, StateVoice> _voices = [];
    private Command.Formed? _view;
    private ViewTag _tag;
    private long? _compared;
    private long _said;
    private long _decided;
    private bool _wasComparing;

    /// <summary>The last digest of this member's state, for the coordinator's
    /// tick; index 0: none yet.</summary>
    public (long Index, string Digest) Last { get; private set; } = (0, "");

    /// <summary>Members whose states differ, none with more than half of the
    /// votes; empty: no such dispute.</summary>
    public ImmutableArray<StateVoice> Disputed { get; private set; } = [];

    /// <summary>This member's state isn't the one that the others go on with: why its controller ends, and an
    /// index that they should hold before; null: it goes on.</summary>
    public (long Index, string Why)? Ending { get; private set; }

    /// <summary>Why nothing is started or fenced; null if members agree as far as is known.</summary>
    public string? Hold => Ending is { } ending ? ending.Why
        : Disputed.Length > 0
        ? $"{Sides()} hold different states, and no side has a majority: nothing is started or fenced. Choose the node whose state to discard: truce node resync NODE"
        : _compared is not null || _wasComparing ? "members' states differ and are being compared" : null;

    /// <summary>A view ends, and with it what was being compared there: the
    /// next view begins with that.</summary>
    public void Suspend()
    {
        _wasComparing |= _compared is not null;
        Forget();
    }

    // Another log: what was digested before says nothing about it.
    private void Forget()
    {
        _own.Clear();
        _order.Clear();
        _voices.Clear();
        Last = (0, "");
        _compared = null;
        _view = null;
    }

    /// <summary>A quorate view begins: disputes go on until only one side holds its state.</summary>
    public void Begin(ViewTag tag, Agreement agreement, IReadOnlyDictionary<EngineMember, HelloFacts> hellos)
    {
        Forget();
        (_tag, _view, _said, _decided) = (tag, agreement.Formed, 0, 0);
        ImmutableSortedSet<NodeId> holders = [.. agreement.InSync.Select(m => m.Node)];
        _wasComparing &= holders.Contains(self.Node);
        Disputed = ComparisonRule.Remaining(
            agreement.InSync.SelectMany(m => hellos[m].Disputed),
            v => hellos.Keys.Any(m => m.Node == v.Node) && !holders.Contains(v.Node));
    }

    /// <summary>An entry was committed and applied in the present view.</summary>
    public void Applied(AppliedEntry applied, StepWork work)
    {
        foreach (Command command in applied.Entry.Submission.Commands)
        {
            if (command is Command.StateGivenUp given)
                GiveUp(given.Node, applied.Index);
            else if (command is Command.Tick tick && _view is { } view && applied.Entry.Epoch == view.Epoch)
                Check(tick, applied, work);
        }
    }

    /// <summary>A member says what it holds.</summary>
    public void Hear(EngineMember sender, PeerMessage.Compare compare, StepWork work)
    {
        // One comparison at a time: another difference is still there at the next tick.
        if (_view is not { } view || compare.Index <= _decided || (_compared is { } index && index != compare.Index))
            return;
        _compared = compare.Index;
        Say(compare.Index, work);
        _voices[sender.Node] = new StateVoice(sender.Node, compare.Digest);
        if (view.Participants.All(p => _voices.ContainsKey(p.Member.Node)))
            Decide(view, compare.Index);
    }

    /// <summary>Why that node's state can't be given up; null: it can.</summary>
    public string? Objection(NodeId node) => Disputed.Length == 0 ? "no member's state differs from the others'"
        : Disputed.Any(v => v.Node == node) ? null
        : $"{node} isn't one of the nodes whose states differ: {Sides()}";

    private void Check(Command.Tick tick, AppliedEntry applied, StepWork work)
    {
        string digest = _digest.Of(applied.After);
        Last = (applied.Index, digest);
        if (_own.TryAdd(applied.Index, digest))
            _order.Enqueue(applied.Index);
        while (_order.Count > KeptMax)
            _own.Remove(_order.Dequeue());
        if (_compared is not null || Disputed.Length > 0)
            return;
        if (_wasComparing)
            Say(applied.Index, work);
        else if (_own.TryGetValue(tick.AtIndex, out string? own) && own != tick.Hash)
            Say(tick.AtIndex, work);
    }

    private void Say(long index, StepWork work)
    {
        if (_said == index)
            return;
        _said = index;
        work.Emit(new ControlOutput.Multicast(new PeerMessage.Compare(_tag, index, _own.GetValueOrDefault(index, ""))));
    }

    private void Decide(Command.Formed view, long index)
    {
        _decided = index;
        StateVoice[] voices = [.. _voices.Values.Where(v => v.Digest.Length > 0)];
        string own = _voices[self.Node].Digest;
        _voices.Clear();
        _compared = null;
        _wasComparing = false;
        switch (ComparisonRule.Decide(voices, view.Votes))
        {
            case ComparisonVerdict.Same:
                break;
            case ComparisonVerdict.Outvoted(var right) when own != right && own.Length > 0:
                End(0, $"this node's state differs from that of the majority ({own}, theirs is {right})");
                break;
            case ComparisonVerdict.Outvoted:
                break;
            case ComparisonVerdict.Tie:
                Disputed = [.. voices.OrderBy(v => v.Node)];
                break;
        }
    }

    private void GiveUp(NodeId node, long index)
    {
        if (Disputed.FirstOrDefault(v => v.Node == node) is not { } voice)
            return;
        if (Disputed.Any(v => v.Node == self.Node && v.Digest == voice.Digest))
            End(index, $"an operator had this node's state discarded in favor of another one ({voice.Digest})");
        Disputed = ComparisonRule.Remaining(Disputed, v => v.Digest == voice.Digest);
    }

    // A new process takes the snapshot: what this one holds in memory isn't trusted. Its supervisor counts
    // its lives, so that one that is wrong again and again stays out.
    private void End(long index, string why) => Ending = (index, $"{why}: a new controller takes a snapshot");

    private string Sides() => string.Join(
        " and ", Disputed.GroupBy(v => v.Digest).Select(side => string.Join(", ", side.Select(v => v.Node))));
}
