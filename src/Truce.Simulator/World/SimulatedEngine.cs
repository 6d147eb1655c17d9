using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>The two groups of a node's processes.</summary>
internal enum EngineGroup
{
    /// <summary>The controllers' log.</summary>
    Controllers,

    /// <summary>What supervisors say of their controllers.</summary>
    Supervisors,
}

/// <summary>
/// Corosync's contract and no more: within a ring one order; what is delivered to one node may never reach another
/// that is cut off; nodes that go together have delivered the same, and their own messages; a change of nodes
/// freezes delivery for a token's time; view and quorum come in either order; a process's end is told at once, its
/// node staying, unless it becomes a ghost; a ring whose nodes don't all hear each other keeps falling apart.
/// </summary>
internal sealed partial class SimulatedEngine(
    Clockwork clock, ImmutableArray<NodeId> configured, QuorumRule rule = QuorumRule.Majority)
{
    /// <summary>Messages that a node may have on their way while delivery stands still.</summary>
    private const int WindowMax = 1_000;

    private static readonly TimeSpan s_token = TimeSpan.FromMilliseconds(1_000);
    private readonly SortedDictionary<NodeId, Station> _stations = new(configured.ToDictionary(n => n, n => new Station(n)));
    private readonly HashSet<(NodeId From, NodeId To)> _cuts = [];
    private ulong _ring;
    private long _reforms;
    private int _rotation;

    /// <summary>Quorum's word comes seconds late.</summary>
    public bool QuorumIsLate { get; set; }

    /// <summary>Rings formed so far.</summary>
    public int Rings { get; private set; }

    public bool IsUp(NodeId node) => _stations[node].IsUp;

    /// <summary>The engine starts on a node.</summary>
    public void Start(NodeId node)
    {
        Station former = _stations[node];
        _stations[node] = new Station(node) { IsUp = true, Side = former.Side };
        Reform(TimeSpan.FromMilliseconds(100));
    }

    /// <summary>The engine ends with its node, without a word.</summary>
    public void Stop(NodeId node)
    {
        Station station = _stations[node];
        station.IsUp = false;
        station.Clients.Clear();
        station.Ghosts.Clear();
        Freeze(station.Ring);
        Reform(s_token);
    }

    /// <summary>The engine's process dies; its clients are told, the peers see a dead node.</summary>
    public void Die(NodeId node)
    {
        Port[] clients = [.. _stations[node].Clients.Values];
        Stop(node);
        foreach (Port client in clients)
            client.Tell(new EngineEvent.Died("the engine's process died"));
    }

    /// <summary>Which nodes hear each other: those of the same side.</summary>
    public void Split(Func<NodeId, int> side)
    {
        foreach (Station station in _stations.Values)
        {
            int now = side(station.Node);
            bool changed = station.Side != now;
            station.Side = now;
            if (changed)
                Freeze(station.Ring);
        }

        Reform(s_token);
    }

    /// <summary>One node's messages no longer reach another.</summary>
    public void Cut(NodeId from, NodeId to)
    {
        _cuts.Add((from, to));
        Freeze(_stations[from].Ring);
        Freeze(_stations[to].Ring);
        Reform(s_token);
    }

    public void HealAll()
    {
        _cuts.Clear();
        QuorumIsLate = false;
        foreach (Station station in _stations.Values)
        {
            station.Side = 0;
            station.Lag = TimeSpan.Zero;
        }

        Reform(s_token);
    }

    /// <summary>The node's engine neither hears nor speaks for a while, and isn't told (a stopped or suspended
    /// machine).</summary>
    public void Silence(NodeId node)
    {
        _stations[node].IsSilent = true;
        Freeze(_stations[node].Ring);
        Reform(s_token);
    }

    public void Resume(NodeId node)
    {
        if (!_stations[node].IsSilent)
            return;
        _stations[node].IsSilent = false;
        Reform(TimeSpan.FromMilliseconds(50));
    }

    /// <summary>The token is lost: delivery stands still. Longer than the timeout means a new ring of the same
    /// nodes.</summary>
    public void LoseToken(NodeId node, TimeSpan duration)
    {
        if (_stations[node].Ring is not { IsFrozen: false } ring)
            return;
        ring.IsFrozen = true;
        if (duration > s_token)
        {
            Reform(duration);
            return;
        }

        clock.After(duration, () =>
        {
            if (ring.IsBroken)
                return;
            ring.IsFrozen = false;
            foreach (NodeId n in ring.Nodes)
                SendHeld(_stations[n]);
            Pump(ring);
        });
    }

    /// <summary>The node's send window is full for a while.</summary>
    public void Choke(NodeId node, TimeSpan duration)
    {
        Station station = _stations[node];
        station.IsBusy = true;
        clock.After(duration, () =>
        {
            station.IsBusy = false;
            TellWritable(station);
        });
    }

    /// <summary>Messages reach that node late.</summary>
    public void Lag(NodeId node, TimeSpan lag) => _stations[node].Lag = lag;

    public IEngine Join(NodeId node, EngineGroup group, uint process, Action<EngineEvent> deliver)
    {
        Station station = _stations[node];
        EngineMember self = new(node, process);
        Port port = new(this, station, group, self, deliver);
        station.Clients[group] = port;
        station.Ghosts.Remove((group, self));
        Change(station, group, joined: [new MembershipChange(self, MembershipReason.Join)]);
        return port;
    }

    /// <summary>A process ended. As a ghost it stays a member of its group, silent, until its engine ends.</summary>
    public void ProcessEnded(NodeId node, EngineGroup group, uint process, MembershipReason reason, bool asGhost = false)
    {
        Station station = _stations[node];
        if (!station.Clients.TryGetValue(group, out Port? port) || port.Self.Process != process)
            return;
        station.Clients.Remove(group);
        if (asGhost)
        {
            station.Ghosts.Add((group, port.Self));
            return;
        }

        Change(station, group, left: [new MembershipChange(port.Self, reason)]);
    }

    // While the token is lost for less than its timeout, a change waits like everything else; a ring that is broken is
    // followed by one that has it.
    private void Change(
        Station station, EngineGroup group, ImmutableArray<MembershipChange>? joined = null, ImmutableArray<MembershipChange>? left = null)
    {
        if (station.Ring is not { IsBroken: false } ring)
            return;
        ring.Items.Add(new Item.Membership(group, Members(ring, group), joined ?? [], left ?? []));
        Pump(ring);
    }

    private static void Freeze(Ring? ring)
    {
        if (ring is not null)
            (ring.IsFrozen, ring.IsBroken) = (true, true);
    }

    private void Reform(TimeSpan after)
    {
        long number = ++_reforms;
        clock.After(after + clock.Between(0, 100), () =>
        {
            if (number == _reforms)
                FormAll();
        });
    }

    private void FormAll()
    {
        ImmutableArray<ImmutableArray<Station>> groups = [.. Groups(out bool isWhole)];
        NodeId? device = DeviceVote(groups);
        foreach (ImmutableArray<Station> group in groups)
        {
            bool untouched = group[0].Ring is { IsBroken: false } ring
                && ring.Nodes.SequenceEqual(group.Select(s => s.Node)) && group.All(s => s.Ring == ring);
            bool votes = group.Any(s => s.Node == device);
            if (untouched && group[0].Ring is { IsFrozen: false })
                TellQuorumIfChanged(group, votes);
            else
                Form(group, votes);
        }

        if (!isWhole)
            FallApartAgain();
    }

    // Nodes that don't all hear each other form rings that don't last.
    private void FallApartAgain()
    {
        long number = _reforms;
        clock.After(clock.Between(2_000, 7_000), () =>
        {
            if (number != _reforms || _cuts.Count == 0)
                return;
            _rotation++;
            foreach ((NodeId from, NodeId to) in _cuts)
            {
                Freeze(_stations[from].Ring);
                Freeze(_stations[to].Ring);
            }

            Reform(s_token);
        });
    }

    private List<ImmutableArray<Station>> Groups(out bool isWhole)
    {
        List<Station> left = [.. _stations.Values.Where(s => s.IsUp && !s.IsSilent)];
        isWhole = left.All(a => left.All(b => a.Side != b.Side || Hear(a, b)));
        int turn = left.Count == 0 ? 0 : _rotation % left.Count;
        left = [.. left.Skip(turn), .. left.Take(turn)];
        List<ImmutableArray<Station>> groups = [];
        while (left.Count > 0)
        {
            List<Station> group = [left[0]];
            foreach (Station station in left.Skip(1))
            {
                if (group.All(g => Hear(g, station)))
                    group.Add(station);
            }

            left.RemoveAll(group.Contains);
            groups.Add([.. group.OrderBy(s => s.Node)]);
        }

        return groups;
    }

    private bool Hear(Station a, Station b) => a == b
        || (a.Side == b.Side && !_cuts.Contains((a.Node, b.Node)) && !_cuts.Contains((b.Node, a.Node)));

    private void Form(ImmutableArray<Station> stations, bool deviceVotes)
    {
        foreach (IGrouping<Ring?, Station> together in stations.GroupBy(s => s.Ring))
            DeliverTogether(together.Key, [.. together]);
        Rings++;
        Ring ring = new(new RingId((uint)configured.IndexOf(stations[0].Node) + 1, _ring += 4), [.. stations.Select(s => s.Node)])
        {
            DeviceVotes = deviceVotes,
        };
        bool all = stations.Length == configured.Length || stations.Any(s => s.HasSeenAll && stations.Length > 1);
        foreach (Station station in stations)
        {
            Freeze(station.Ring);
            station.Ring = ring;
            station.Delivered = 0;
            station.HasSeenAll |= all;
        }

        foreach (EngineGroup group in Enum.GetValues<EngineGroup>())
            ring.Items.Add(new Item.Membership(group, Members(ring, group), [], []));
        foreach (Station station in stations)
        {
            SendHeld(station);
            TellQuorum(station, ring);
        }

        Pump(ring);
    }

    // Who goes together has delivered the same: the furthest decides; and nobody loses what it sent itself.
    private void DeliverTogether(Ring? ring, ImmutableArray<Station> together)
    {
        if (ring is null)
            return;
        int furthest = together.Max(s => s.Delivered);
        List<Item> own =
        [
            .. ring.Items.Skip(furthest).OfType<Item.Message>().Where(m => together.Any(s => s.Node == m.Sender.Node)),
        ];
        foreach (Station station in together)
        {
            while (station.Delivered < furthest)
                DeliverNext(station);
            foreach (Item item in own)
                Deliver(station, ring, item);
        }
    }

    private static void SendHeld(Station station)
    {
        (EngineGroup Group, ReadOnlyMemory<byte> Payload, EngineMember Sender)[] held = [.. station.Held];
        station.Held.Clear();
        foreach ((EngineGroup group, ReadOnlyMemory<byte> payload, EngineMember sender) in held)
            station.Ring!.Items.Add(new Item.Message(group, sender, payload));
        if (!station.IsBusy)
            TellWritable(station);
    }

    private static void TellWritable(Station station)
    {
        foreach (Port client in station.Clients.Values.Where(c => c.WasBusy).ToList())
        {
            client.WasBusy = false;
            client.Tell(new EngineEvent.Writable());
        }
    }

    // A ghost of the same process number is that process again: one member.
    private ImmutableArray<EngineMember> Members(Ring ring, EngineGroup group) =>
    [
        .. ring.Nodes.SelectMany(n => _stations[n].MembersOf(group)).Distinct().Order(),
    ];

    private void Pump(Ring? ring)
    {
        if (ring is null || ring.IsFrozen)
            return;
        foreach (NodeId node in ring.Nodes)
        {
            Station station = _stations[node];
            if (station.Ring == ring && !station.PumpDue && station.Delivered < ring.Items.Count)
            {
                station.PumpDue = true;
                clock.After(station.Lag + clock.Between(0.05, 0.6), () => PumpOne(station, ring));
            }
        }
    }

    // What has come by then is handed over in one go, up to a chance end: so nodes differ in how far they are.
    private void PumpOne(Station station, Ring ring)
    {
        station.PumpDue = false;
        if (station.Ring != ring || ring.IsFrozen || !station.IsUp || station.IsSilent)
            return;
        int count = 1 + clock.Random.Next(4);
        while (count-- > 0 && station.Delivered < ring.Items.Count && station.IsUp)
            DeliverNext(station);
        Pump(ring);
    }

    private void DeliverNext(Station station)
    {
        Ring ring = station.Ring!;
        Deliver(station, ring, ring.Items[station.Delivered++]);
    }

    private void Deliver(Station station, Ring ring, Item item)
    {
        if (!station.IsUp || !station.Clients.TryGetValue(item.Group, out Port? client))
            return;
        switch (item)
        {
            case Item.Message message:
                if (client.HasJoined)
                    client.Tell(new EngineEvent.Delivered(message.Sender, message.Payload));
                break;
            case Item.Membership view:
                if (!view.Members.Contains(client.Self))
                    break;
                bool first = !client.HasJoined;
                client.HasJoined = true;
                client.Tell(client.ViewOf(ring.Id, ring.Nodes, view));
                if (first && station.QuorumTold == ring)
                    client.Tell(new EngineEvent.Quorum(ring.Id, Quorum(ring, station)));
                break;
        }
    }

    private SendResult Send(Station station, Port port, ReadOnlyMemory<byte> payload)
    {
        if (!station.IsUp || station.Clients.GetValueOrDefault(port.Group) != port)
            return SendResult.Gone;
        if (station.IsBusy || station.Held.Count >= WindowMax)
        {
            port.WasBusy = true;
            return SendResult.Busy;
        }

        if (station.Ring is { IsFrozen: false } ring)
        {
            ring.Items.Add(new Item.Message(port.Group, port.Self, payload));
            Pump(ring);
        }
        else
        {
            station.Held.Enqueue((port.Group, payload, port.Self));
        }

        return SendResult.Sent;
    }

    private sealed class Station(NodeId node)
    {
        public NodeId Node { get; } = node;

        public bool IsUp { get; set; }

        public bool IsSilent { get; set; }

        public bool IsBusy { get; set; }

        public TimeSpan Lag { get; set; }

        public int Side { get; set; }

        public Ring? Ring { get; set; }

        public Ring? QuorumTold { get; set; }

        public bool HasSeenAll { get; set; }

        public int Delivered { get; set; }

        public bool PumpDue { get; set; }

        public SortedDictionary<EngineGroup, Port> Clients { get; } = [];

        public List<(EngineGroup Group, EngineMember Member)> Ghosts { get; } = [];

        public Queue<(EngineGroup Group, ReadOnlyMemory<byte> Payload, EngineMember Sender)> Held { get; } = [];

        public IEnumerable<EngineMember> MembersOf(EngineGroup group)
        {
            foreach ((EngineGroup of, EngineMember ghost) in Ghosts)
            {
                if (of == group)
                    yield return ghost;
            }

            if (Clients.TryGetValue(group, out Port? client))
                yield return client.Self;
        }
    }

    private sealed class Ring(RingId id, ImmutableArray<NodeId> nodes)
    {
        public RingId Id { get; } = id;

        public ImmutableArray<NodeId> Nodes { get; } = nodes;

        public List<Item> Items { get; } = [];

        public bool IsFrozen { get; set; }

        /// <summary>Frozen for good: only another ring can follow.</summary>
        public bool IsBroken { get; set; }

        public bool DeviceVotes { get; set; }
    }

    private abstract record Item(EngineGroup Group)
    {
        public sealed record Message(EngineGroup Group, EngineMember Sender, ReadOnlyMemory<byte> Payload) : Item(Group);

        public sealed record Membership(
            EngineGroup Group,
            ImmutableArray<EngineMember> Members,
            ImmutableArray<MembershipChange> Joined,
            ImmutableArray<MembershipChange> Left) : Item(Group);
    }

    private sealed class Port(
        SimulatedEngine engine, Station station, EngineGroup group, EngineMember self, Action<EngineEvent> deliver) : IEngine
    {
        public EngineGroup Group => group;

        public bool HasJoined { get; set; }

        public bool WasBusy { get; set; }

        private ImmutableArray<EngineMember> _seen = [];
        private ImmutableArray<NodeId> _seenNodes = [];

        public EngineMember Self => self;

        /// <summary>What a membership is to this member: who came and went since the last one that it was told.</summary>
        public EngineEvent.View ViewOf(RingId ring, ImmutableArray<NodeId> nodes, Item.Membership now)
        {
            ImmutableArray<MembershipChange> joined =
            [
                .. now.Members.Except(_seen).Select(m => now.Joined.FirstOrDefault(j => j.Member == m) ?? new MembershipChange(
                    m, _seenNodes.IsEmpty || _seenNodes.Contains(m.Node) ? MembershipReason.Join : MembershipReason.NodeUp)),
            ];
            ImmutableArray<MembershipChange> left =
            [
                .. _seen.Except(now.Members).Select(m => now.Left.FirstOrDefault(l => l.Member == m) ?? new MembershipChange(
                    m, nodes.Contains(m.Node) ? MembershipReason.ProcessDown : MembershipReason.NodeDown)),
            ];
            (_seen, _seenNodes) = (now.Members, nodes);
            return new EngineEvent.View(ring, now.Members, joined, left);
        }

        public TimeSpan Token => s_token;

        public SendResult TrySend(ReadOnlyMemory<byte> payload) => engine.Send(station, this, payload);

        public void Leave() => engine.ProcessEnded(self.Node, group, self.Process, MembershipReason.Leave);

        public void Tell(EngineEvent happened) => deliver(happened);
    }
}
