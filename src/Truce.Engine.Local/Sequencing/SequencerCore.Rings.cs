using System.Collections.Immutable;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>Rings: who is in doubt, who is lost, who meets again; and what
/// may be ordered meanwhile.</summary>
internal sealed partial class SequencerCore
{
    /// <summary>When <see cref="Turn"/> is wanted at the latest.</summary>
    public Instant? NextTick(Instant now)
    {
        Instant? next = null;
        foreach (SequencedNode node in _nodes.Values)
        {
            if (node.Unproven.Count > 0)
            {
                Earlier(ref next, now, node.UnprovenSince.Plus(options.ProbeDelay));
                Earlier(ref next, now, node.UnprovenSince.Plus(options.Token));
            }

            Earlier(ref next, now, node.LastHeard.Plus(options.Doubt));
            Earlier(ref next, now, node.LastHeard.Plus(options.Token));
            foreach (SequencedNode other in node.Ring.Nodes)
            {
                if (_reach.CutSince(node.Id, other.Id) is { } since)
                    Earlier(ref next, now, since.Plus(options.Token));
            }
        }

        return next;
    }

    private static void Earlier(ref Instant? next, Instant now, Instant candidate)
    {
        if (candidate.CompareTo(now) > 0 && (next is null || candidate.CompareTo(next.Value) < 0))
            next = candidate;
    }

    /// <summary>Does what is due: after reading all that could be read, and when time has passed.</summary>
    public void Turn(Instant now)
    {
        ForgiveOwnStall(now);
        Probe(now);
        foreach (Ring ring in _rings.ToList())
            PartLost(ring, now);
        Meet(now);
        while (_rings.Find(r => r.Pending.Count > 0 && !IsFrozen(r, now)) is { } ring)
            Order(ring, now);
    }

    /// <summary>While the sequencer (or the whole machine) stood still, no node could be
    /// heard: no token was running. </summary>
    private void ForgiveOwnStall(Instant now)
    {
        TimeSpan stall = Age(_lastTurn ?? now, now);
        _lastTurn = now;
        if (stall < options.Doubt)
            return;
        foreach (SequencedNode node in _nodes.Values)
        {
            node.LastHeard = Latest(node.LastHeard.Plus(stall), now);
            node.UnprovenSince = Latest(node.UnprovenSince.Plus(stall), now);
        }

        _reach.Postpone(stall, now);
    }

    private static Instant Latest(Instant instant, Instant now) => instant.CompareTo(now) < 0 ? instant : now;

    private void Probe(Instant now)
    {
        foreach (SequencedNode node in _nodes.Values)
        {
            if (node.Unproven.Count == 0 || node.Probe != 0 || Age(node.UnprovenSince, now) < options.ProbeDelay)
                continue;
            node.Probe = ++_probe;
            byte[] frame = new FrameWriter(FrameType.Probe).UInt64(node.Probe).ToFrame();
            foreach (SequencedClient client in node.Clients)
                _outputs.Add(new SequencerOutput.Send(client.Connection, frame));
        }
    }

    /// <summary>Parts a ring from the nodes whose token has run out.</summary>
    private void PartLost(Ring ring, Instant now)
    {
        if (!_reach.Any && !ring.Nodes.Exists(n => IsLost(n, now)))
            return;
        List<SequencedNode> gone = ring.Nodes.FindAll(n => n.Clients.Count == 0 && IsLost(n, now));
        List<SequencedNode> silent = ring.Nodes.FindAll(n => n.Clients.Count > 0 && IsLost(n, now));
        List<List<SequencedNode>> parts = Parts(ring.Nodes.Except(gone).Except(silent), now);
        parts.AddRange(silent.Select(n => new List<SequencedNode> { n }));
        if (gone.Count == 0 && parts.Count == 1)
            return;
        foreach (SequencedNode node in gone)
            _nodes.Remove(node.Id);
        Split(ring, parts);
    }

    /// <summary>Nodes in cliques that hear each other, a cut counting only after the token time. By name, so
    /// that the same cut always parts the same way.</summary>
    private List<List<SequencedNode>> Parts(IEnumerable<SequencedNode> nodes, Instant now)
    {
        List<List<SequencedNode>> parts = [];
        foreach (SequencedNode node in nodes.OrderBy(n => n.Id))
        {
            List<SequencedNode>? part = parts.Find(p => p.TrueForAll(other =>
                _reach.CutSince(node.Id, other.Id) is not { } since || Age(since, now) < options.Token));
            if (part is null)
                parts.Add([node]);
            else
                part.Add(node);
        }

        return parts;
    }

    private void Split(Ring ring, List<List<SequencedNode>> parts)
    {
        _rings.Remove(ring);
        foreach (List<SequencedNode> part in parts.Where(p => p.Count > 0))
        {
            Ring made = NewRing(part);
            // What hadn't got its place yet gets one in the new ring, unless its sender is lost.
            foreach (PendingItem item in ring.Pending.Where(p => p.Client.Node.Ring == made))
                made.Pending.Enqueue(item);
            TellRing(made, _ => [], group => Changes(ring, group, MembershipReason.NodeDown, made));
        }
    }

    /// <summary>Rings whose nodes all hear each other become one.</summary>
    private void Meet(Instant now)
    {
        if (_rings.Count < 2)
            return;
        List<Ring> ready = [.. _rings.Where(r => !IsInDoubt(r, now)).OrderBy(r => r.Id.Representative)];
        while (ready.Count > 1)
        {
            List<Ring> meeting = [ready[0]];
            foreach (Ring ring in ready.Skip(1))
            {
                if (meeting.TrueForAll(r => Hear(r, ring)))
                    meeting.Add(ring);
            }

            ready.RemoveAll(meeting.Contains);
            if (meeting.Count > 1)
                Merge(meeting);
        }
    }

    private bool Hear(Ring one, Ring other) =>
        one.Nodes.TrueForAll(a => other.Nodes.TrueForAll(b => _reach.CutSince(a.Id, b.Id) is null));

    private void Merge(List<Ring> meeting)
    {
        _rings.RemoveAll(meeting.Contains);
        Ring made = NewRing([.. meeting.SelectMany(r => r.Nodes).OrderBy(n => n.Id)]);
        foreach (PendingItem item in meeting.SelectMany(r => r.Pending))
            made.Pending.Enqueue(item);
        foreach (Ring old in meeting)
        {
            TellNodes(made, old.Nodes, group =>
                [.. meeting.Where(r => r != old).SelectMany(r => Changes(r, group, MembershipReason.NodeUp, null))
                    .OrderBy(c => c.Member)], _ => []);
        }

        TellQuorum(made);
    }

    private Ring NewRing(List<SequencedNode> nodes)
    {
        Ring ring = new(new RingId(nodes.Min(n => n.Index), ++_ringSequence));
        ring.Nodes.AddRange(nodes);
        foreach (SequencedNode node in nodes)
            node.Ring = ring;
        _rings.Add(ring);
        return ring;
    }

    /// <summary>Gives the ring's waiting items their places, unless a member is in doubt.</summary>
    private void Order(Ring ring, Instant now)
    {
        while (ring.Pending.Count > 0 && !IsFrozen(ring, now) && _rings.Contains(ring))
        {
            PendingItem item = ring.Pending.Dequeue();
            switch (item)
            {
                case PendingItem.Message message:
                    Deliver(ring, message);
                    break;
                case PendingItem.Join join:
                    Join(ring, join.Client);
                    break;
                case PendingItem.Gone gone:
                    Depart(ring, gone.Client, gone.Reason);
                    break;
            }
        }
    }

    private void Deliver(Ring ring, PendingItem.Message message)
    {
        foreach (SequencedClient client in Members(ring, message.Client.Group).Where(IsOpen))
        {
            foreach (byte[] frame in message.Frames)
                _outputs.Add(new SequencerOutput.Send(client.Connection, frame));
        }

        if (IsOpen(message.Client))
            _outputs.Add(new SequencerOutput.Send(message.Client.Connection, Ordered(message.Bytes)));
    }

    private static byte[] Ordered(int bytes) => new FrameWriter(FrameType.Ordered).Int32(bytes).ToFrame();

    private void Join(Ring ring, SequencedClient client)
    {
        if (!IsOpen(client) || client.Leaving)
            return;
        client.Joined = true;
        MembershipChange change = new(client.Member, MembershipReason.Join);
        TellGroup(ring, ring.Nodes, client.Group, [change], []);
        _outputs.Add(new SequencerOutput.Send(
            client.Connection, FrameCodec.Encode(VoteCount.Judge(ring, options))));
    }

    private void Depart(Ring ring, SequencedClient client, MembershipReason reason)
    {
        bool told = client.Joined;
        client.Joined = false;
        if (told)
            TellGroup(ring, ring.Nodes, client.Group, [], [new MembershipChange(client.Member, reason)]);
        if (IsOpen(client))
            _outputs.Add(new SequencerOutput.Close(client.Connection, "left"));
        ForgetIfLeft(client.Node);
    }

    private void TellRing(
        Ring ring,
        Func<string, ImmutableArray<MembershipChange>> joined,
        Func<string, ImmutableArray<MembershipChange>> left)
    {
        TellNodes(ring, ring.Nodes, joined, left);
        TellQuorum(ring);
    }

    private void TellNodes(
        Ring ring,
        List<SequencedNode> nodes,
        Func<string, ImmutableArray<MembershipChange>> joined,
        Func<string, ImmutableArray<MembershipChange>> left)
    {
        foreach (string group in nodes.SelectMany(n => n.Clients).Select(c => c.Group).Distinct().Order())
            TellGroup(ring, nodes, group, joined(group), left(group));
    }

    private void TellGroup(
        Ring ring,
        List<SequencedNode> nodes,
        string group,
        ImmutableArray<MembershipChange> joined,
        ImmutableArray<MembershipChange> left)
    {
        ImmutableArray<EngineMember> members = [.. Members(ring, group).Select(c => c.Member).Order()];
        byte[] frame = FrameCodec.Encode(new EngineEvent.View(ring.Id, members, joined, left));
        foreach (SequencedClient client in nodes.SelectMany(n => n.Clients).Where(c => c.Joined && c.Group == group))
            _outputs.Add(new SequencerOutput.Send(client.Connection, frame));
    }

    private void TellQuorum(Ring ring)
    {
        byte[] frame = FrameCodec.Encode(VoteCount.Judge(ring, options));
        foreach (SequencedClient client in ring.Nodes.SelectMany(n => n.Clients).Where(c => c.Joined))
            _outputs.Add(new SequencerOutput.Send(client.Connection, frame));
    }

    /// <summary>Members of a group; one whose socket broke stays until it is known why, or its departure's
    /// place in the order has come.</summary>
    private static IEnumerable<SequencedClient> Members(Ring ring, string group) =>
        ring.Nodes.SelectMany(n => n.Clients.Concat(n.Unproven).Concat(Departing(ring, n)))
            .Where(c => c.Joined && c.Group == group).Distinct();

    private static IEnumerable<SequencedClient> Departing(Ring ring, SequencedNode node) =>
        ring.Pending.OfType<PendingItem.Gone>().Select(g => g.Client).Where(c => c.Node == node);

    private static ImmutableArray<MembershipChange> Changes(
        Ring old, string group, MembershipReason reason, Ring? except) =>
        [.. Members(old, group).Where(c => except is null || c.Node.Ring != except)
            .Select(c => new MembershipChange(c.Member, reason)).OrderBy(c => c.Member)];

    private bool IsOpen(SequencedClient client) => _clients.ContainsKey(client.Connection);

    /// <summary>Nothing has proven for the token time that the node lives. One that still has connections (it
    /// is paused) goes on alone in a ring of its own, and meets the others when it is heard again.</summary>
    private bool IsLost(SequencedNode node, Instant now) => DoubtSince(node, now) is { } since
        && Age(since, now) >= options.Token && (node.Clients.Count == 0 || node.Ring.Nodes.Count > 1);

    /// <summary>Since when nothing proves that the node lives; null: it does.</summary>
    private Instant? DoubtSince(SequencedNode node, Instant now)
    {
        if (node.Unproven.Count > 0)
            return node.UnprovenSince;
        if (node.Clients.Count == 0)
            return null;
        return Age(node.LastHeard, now) >= options.Doubt ? node.LastHeard : null;
    }

    private bool IsInDoubt(Ring ring, Instant now) =>
        ring.Nodes.Exists(n => DoubtSince(n, now) is not null) || HasCut(ring);

    private bool IsFrozen(Ring ring, Instant now) => HasCut(ring)
        || (options.Freeze && ring.Nodes.Count > 1 && ring.Nodes.Exists(n => DoubtSince(n, now) is not null));

    private bool HasCut(Ring ring) => _reach.Any
        && ring.Nodes.Exists(a => ring.Nodes.Exists(b => _reach.CutSince(a.Id, b.Id) is not null));

    private static TimeSpan Age(Instant since, Instant now) => now.Since(since);
}
