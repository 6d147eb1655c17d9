using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Explore.World;

/// <summary>Corosync's contract and no more, as the simulator's engine has it; without time.</summary>
internal sealed partial class ExploredCluster
{
    private bool _reformDue;
    private ulong _ring;

    private static void Break(Ring? ring)
    {
        if (ring is not null)
            ring.IsBroken = true;
    }

    private void Sides(Func<ExploredNode, int> side)
    {
        foreach (ExploredNode node in _nodes)
        {
            if (node.Station.Side != side(node))
                Break(node.Station.Ring);
            node.Station.Side = side(node);
        }

        _reformDue = true;
        TellWords();
    }

    private static bool CanDeliver(ExploredNode node) => node is { Control: not null, IsPaused: false }
        && node.Station is { Ring: { IsBroken: false } ring } station && station.Delivered < ring.Items.Count;

    private void Deliver(ExploredNode node)
    {
        Station station = node.Station;
        HandOver(node, station.Ring!, station.Ring!.Items[station.Delivered++]);
    }

    private void HandOver(ExploredNode node, Ring ring, RingItem item)
    {
        if (item is RingView view)
        {
            if (!view.Members.Contains(node.Member))
                return;
            node.Station.HasJoined = true;
            Feed(node, new ControlInput.ViewChanged(ring.Id, view.Members));
        }
        else if (item is RingMessage message && node.Station.HasJoined)
        {
            Feed(node, new ControlInput.Delivered(message.Sender, message.Message, message.Digest));
        }
    }

    private void Send(ExploredNode node, PeerMessage message)
    {
        string digest = message is PeerMessage.Entry ? PeerProtocol.Digest(PeerProtocol.Encode(message)) : "";
        RingMessage item = new(node.Member, message, digest);
        if (node.Station.Ring is { IsBroken: false } ring)
            ring.Items.Insert(
                message is PeerMessage.Acknowledge ? PlaceOfAcknowledgement(ring, node) : ring.Items.Count,
                item);
        else
            node.Station.Held.Add(item);
    }

    // In which order acknowledgements come that nobody has been handed yet makes no difference: they are kept
    // in one.
    private int PlaceOfAcknowledgement(Ring ring, ExploredNode sender)
    {
        int least = _nodes.Where(n => n.Station.Ring == ring && n.Control is not null).Max(n =>
            n.Station.Delivered);
        int at = ring.Items.Count;
        while (at > least && ring.Items[at - 1] is RingMessage { Message: PeerMessage.Acknowledge } other
            && other.Sender.Node.CompareTo(sender.Id) > 0)
            at--;
        return at;
    }

    // Acknowledgements from which nothing follows are handed over at once: nobody can tell when.
    private void HandOverIdle()
    {
        foreach (ExploredNode node in _nodes)
        {
            while (CanDeliver(node) && !node.IsDue
                && node.Station.Ring!.Items[node.Station.Delivered] is RingMessage message
                && IdleDelivery.Is(node.Control!, message))
            {
                Deliver(node);
                Settle();
            }
        }
    }

    private void Join(ExploredNode node)
    {
        node.Station.HasJoined = false;
        node.Station.OwesQuorum = true;
        if (node.Station.Ring is not { IsBroken: false } ring)
            return;
        node.Station.Delivered = ring.Items.Count;
        ring.Items.Add(new RingView(Members(ring.Nodes)));
    }

    private void Leave(ExploredNode node)
    {
        node.Station.HasJoined = node.Station.OwesQuorum = false;
        node.Station.Delivered = 0;
        node.Station.Held.Clear();
        if (node.Station.Ring is { IsBroken: false } ring)
            ring.Items.Add(new RingView(Members(ring.Nodes)));
    }

    private ImmutableArray<EngineMember> Members(IEnumerable<NodeId> nodes) =>
        [.. nodes.Select(Node).Where(n => n.Control is not null).Select(n => n.Member).Order()];

    private void Form()
    {
        _reformDue = false;
        foreach (ExploredNode[] group in _nodes.Where(n => n.IsPowered).GroupBy(n => n.Station.Side)
            .Select(g => g.ToArray()))
        {
            bool isWhole = group[0].Station.Ring is { IsBroken: false } ring
                && ring.Nodes.SequenceEqual(group.Select(n => n.Id))
                && group.All(n => n.Station.Ring == ring);
            if (!isWhole)
                Form(group);
        }

        TellWords();
    }

    private void Form(ExploredNode[] group)
    {
        foreach (IGrouping<Ring?, ExploredNode> together in group.GroupBy(n => n.Station.Ring))
            DeliverTogether(together.Key, [.. together.Where(n => n.Control is not null)]);
        Settle();
        Ring ring = new(new RingId((uint)group[0].Number, _ring += 4), [.. group.Select(n => n.Id)]);
        bool all = group.Length == _nodes.Length || (group.Length > 1 && group.Any(n =>
            n.Station.HasSeenAll));
        foreach (ExploredNode node in group)
        {
            Break(node.Station.Ring);
            node.Station.Ring = ring;
            node.Station.Delivered = 0;
            node.Station.OwesQuorum = node.Control is not null;
            node.Station.HasSeenAll |= all;
        }

        ring.Items.Add(new RingView(Members(ring.Nodes)));
        foreach (ExploredNode node in group)
        {
            ring.Items.AddRange(node.Station.Held);
            node.Station.Held.Clear();
        }
    }

    // Who goes together has delivered the same: the furthest decides; and nobody loses what it sent itself.
    private void DeliverTogether(Ring? ring, ExploredNode[] together)
    {
        if (ring is null || together.Length == 0)
            return;
        int furthest = together.Max(n => n.Station.Delivered);
        RingItem[] own =
        [
            .. ring.Items.Skip(furthest).OfType<RingMessage>()
                .Where(m => together.Any(n => n.Id == m.Sender.Node)),
        ];
        foreach (ExploredNode node in together)
        {
            while (node.Station.Delivered < furthest)
                HandOver(node, ring, ring.Items[node.Station.Delivered++]);
            foreach (RingItem item in own)
                HandOver(node, ring, item);
        }
    }

    // What all have been handed is of no more interest.
    private void Trim()
    {
        foreach (IGrouping<Ring?, ExploredNode> together in _nodes.Where(n => n.Control is not null)
            .GroupBy(n => n.Station.Ring))
        {
            int done = together.Min(n => n.Station.Delivered);
            if (together.Key is not { } ring || done == 0)
                continue;
            ring.Items.RemoveRange(0, done);
            foreach (ExploredNode node in together)
                node.Station.Delivered -= done;
        }
    }

    private static bool CanTellQuorum(ExploredNode node) => node is { Control: not null, IsPaused: false }
        && node.Station is { OwesQuorum: true, Ring.IsBroken: false };

    private void TellQuorum(ExploredNode node)
    {
        node.Station.OwesQuorum = false;
        Ring ring = node.Station.Ring!;
        bool twoNode = _nodes.Length == 2;
        int needed = twoNode ? 1 : (_nodes.Length / 2) + 1;
        bool quorate = twoNode ? node.Station.HasSeenAll : ring.Nodes.Length >= needed;
        Feed(node, new ControlInput.QuorumChanged(ring.Id, new QuorumInfo(
            quorate, [.. ring.Nodes], _nodes.ToImmutableSortedDictionary(n => n.Id, _ => 1),
            ring.Nodes.Length,
            needed, WaitForAll: twoNode, TwoNode: twoNode)));
    }
}
