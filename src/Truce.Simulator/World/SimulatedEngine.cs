using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>
/// The engine's contract and no more: within a component one order; what is delivered to one node may never reach
/// another that is cut off; nodes that go together have delivered the same; a change of nodes freezes delivery for a
/// token's time; view and quorum come in either order; a process's end is told at once, its node staying.
/// </summary>
internal sealed class SimulatedEngine(Clockwork clock, ImmutableArray<NodeId> configured)
{
    private static readonly TimeSpan s_token = TimeSpan.FromMilliseconds(1_000);
    private readonly Dictionary<NodeId, Station> _stations = configured.ToDictionary(n => n, n => new Station(n));
    private ulong _ring;
    private long _reforms;

    /// <summary>The node has power, and its engine runs.</summary>
    public void PowerOn(NodeId node)
    {
        _stations[node] = new Station(node) { Powered = true, Side = _stations[node].Side };
        Reform(TimeSpan.FromMilliseconds(100));
    }

    public void PowerOff(NodeId node)
    {
        Station station = _stations[node];
        station.Powered = false;
        station.Client = null;
        Freeze(station.Component);
        Reform(s_token);
    }

    /// <summary>Which nodes hear each other: those of the same side.</summary>
    public void Split(Func<NodeId, int> side)
    {
        foreach (Station station in _stations.Values)
        {
            station.Side = side(station.Node);
            Freeze(station.Component);
        }

        Reform(s_token);
    }

    public IEngine Join(NodeId node, uint process, Action<EngineEvent> deliver)
    {
        Station station = _stations[node];
        EngineMember self = new(node, process);
        Port port = new(this, station, self, deliver);
        station.Client = port;
        if (station.Component is { IsFrozen: false } component)
            component.Add(new Item.Membership(Members(component), [new MembershipChange(self, MembershipReason.Join)], []));
        Pump(station.Component);
        return port;
    }

    public void ProcessEnded(NodeId node, uint process, MembershipReason reason)
    {
        Station station = _stations[node];
        if (station.Client is not { } port || port.Self.Process != process)
            return;
        station.Client = null;
        if (station.Component is { IsFrozen: false } component)
            component.Add(new Item.Membership(Members(component), [], [new MembershipChange(port.Self, reason)]));
        Pump(station.Component);
    }

    private static void Freeze(Component? component)
    {
        if (component is not null)
            component.IsFrozen = true;
    }

    private void Reform(TimeSpan after)
    {
        long number = ++_reforms;
        foreach (Station station in _stations.Values.Where(s => s.Powered))
        {
            bool same = station.Component is { } c && c.Nodes.SequenceEqual(Side(station));
            if (!same)
                Freeze(station.Component);
        }

        clock.After(after + clock.Between(0, 100), () =>
        {
            if (number == _reforms)
                FormAll();
        });
    }

    private ImmutableArray<NodeId> Side(Station station) =>
        [.. _stations.Values.Where(s => s.Powered && s.Side == station.Side).Select(s => s.Node).Order()];

    private void FormAll()
    {
        foreach (IGrouping<int, Station> side in _stations.Values.Where(s => s.Powered).GroupBy(s => s.Side))
        {
            bool untouched = side.Select(s => s.Component).Distinct().Count() == 1
                && side.First().Component is { IsFrozen: false };
            if (!untouched)
                Form([.. side.OrderBy(s => s.Node)]);
        }
    }

    private void Form(ImmutableArray<Station> stations)
    {
        // Who goes together has delivered the same: the furthest of each old component decides.
        foreach (IGrouping<Component?, Station> together in stations.GroupBy(s => s.Component))
        {
            int furthest = together.Max(s => s.Delivered);
            foreach (Station station in together)
            {
                while (station.Delivered < furthest)
                    DeliverNext(station);
            }
        }

        Component former = stations[0].Component ?? new Component(default, []);
        RingId ring = new((uint)Math.Abs(stations[0].Node.Value.GetHashCode(StringComparison.Ordinal) % 100), _ring += 4);
        Component component = new(ring, [.. stations.Select(s => s.Node)]);
        foreach (Station station in stations)
        {
            station.Component = component;
            station.Delivered = 0;
        }

        component.Add(new Item.Membership(Members(component), [], []));
        _ = former;
        foreach (Station station in stations)
        {
            (ReadOnlyMemory<byte> Payload, EngineMember Sender)[] held = [.. station.Held];
            station.Held.Clear();
            foreach ((ReadOnlyMemory<byte> payload, EngineMember sender) in held)
                component.Add(new Item.Message(sender, payload));
            TellQuorum(station, component);
        }

        Pump(component);
    }

    private void TellQuorum(Station station, Component component)
    {
        QuorumInfo info = Quorum(component);
        clock.After(clock.Between(0, 20), () =>
        {
            if (station.Component == component && station.Powered)
                station.Client?.Tell(new EngineEvent.Quorum(component.Ring, info));
            station.QuorumTold = component;
        });
    }

    private QuorumInfo Quorum(Component component)
    {
        int needed = (configured.Length / 2) + 1;
        return new QuorumInfo(
            component.Nodes.Length >= needed,
            component.Nodes,
            configured.ToImmutableSortedDictionary(n => n, _ => 1),
            component.Nodes.Length,
            needed,
            WaitForAll: false,
            TwoNode: false);
    }

    private ImmutableArray<EngineMember> Members(Component component) =>
        [.. component.Nodes.Select(n => _stations[n].Client?.Self).OfType<EngineMember>().Order()];

    private void Pump(Component? component)
    {
        if (component is null || component.IsFrozen)
            return;
        foreach (NodeId node in component.Nodes)
        {
            Station station = _stations[node];
            if (station.Component == component && !station.PumpDue && station.Delivered < component.Items.Count)
            {
                station.PumpDue = true;
                clock.After(clock.Between(0.05, 0.6), () => PumpOne(station, component));
            }
        }
    }

    private void PumpOne(Station station, Component component)
    {
        station.PumpDue = false;
        if (station.Component != component || component.IsFrozen || !station.Powered)
            return;
        if (station.Delivered < component.Items.Count)
            DeliverNext(station);
        Pump(component);
    }

    private void DeliverNext(Station station)
    {
        Component component = station.Component!;
        Item item = component.Items[station.Delivered++];
        if (!station.Powered || station.Client is not { } client)
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
                client.Tell(new EngineEvent.View(component.Ring, view.Members, view.Joined, view.Left));
                if (first && station.QuorumTold == component)
                    client.Tell(new EngineEvent.Quorum(component.Ring, Quorum(component)));
                break;
        }
    }

    private SendResult Send(Station station, Port port, ReadOnlyMemory<byte> payload)
    {
        if (!station.Powered || station.Client != port)
            return SendResult.Gone;
        if (station.Component is { IsFrozen: false } component)
        {
            component.Add(new Item.Message(port.Self, payload));
            Pump(component);
        }
        else
        {
            station.Held.Enqueue((payload, port.Self));
        }

        return SendResult.Sent;
    }

    private sealed class Station(NodeId node)
    {
        public NodeId Node { get; } = node;

        public bool Powered { get; set; }

        public int Side { get; set; }

        public Component? Component { get; set; }

        public Component? QuorumTold { get; set; }

        public int Delivered { get; set; }

        public bool PumpDue { get; set; }

        public Port? Client { get; set; }

        public Queue<(ReadOnlyMemory<byte> Payload, EngineMember Sender)> Held { get; } = [];
    }

    private sealed class Component(RingId ring, ImmutableArray<NodeId> nodes)
    {
        public RingId Ring { get; } = ring;

        public ImmutableArray<NodeId> Nodes { get; } = nodes;

        public List<Item> Items { get; } = [];

        public bool IsFrozen { get; set; }

        public void Add(Item item) => Items.Add(item);
    }

    private abstract record Item
    {
        public sealed record Message(EngineMember Sender, ReadOnlyMemory<byte> Payload) : Item;

        public sealed record Membership(
            ImmutableArray<EngineMember> Members,
            ImmutableArray<MembershipChange> Joined,
            ImmutableArray<MembershipChange> Left) : Item;
    }

    private sealed class Port(SimulatedEngine engine, Station station, EngineMember self, Action<EngineEvent> deliver) : IEngine
    {
        public bool HasJoined { get; set; }

        public EngineMember Self => self;

        public TimeSpan Token => s_token;

        public SendResult TrySend(ReadOnlyMemory<byte> payload) => engine.Send(station, this, payload);

        public void Leave() => engine.ProcessEnded(self.Node, self.Process, MembershipReason.Leave);

        public void Tell(EngineEvent happened) => deliver(happened);
    }
}
