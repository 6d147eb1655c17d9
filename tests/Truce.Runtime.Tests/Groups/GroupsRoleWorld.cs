using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Truce.Contracts;
using Truce.Contracts.Groups;
using Truce.Groups;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Groups;

namespace Truce.Runtime.Tests.Groups;

/// <summary>Servers of Group Services over one engine in memory, with clients that write lines, in virtual
/// time.</summary>
internal sealed class GroupsRoleWorld
{
    private readonly List<Server> _servers;
    private readonly Queue<(EngineMember From, byte[] Payload)> _messages = [];
    private ulong _ring = 1;
    private long _ms;

    public GroupsRoleWorld(int servers = 3, Func<PeerCredentials, GroupsCaller?>? callerOf = null)
    {
        _servers = [.. Enumerable.Range(1, servers).Select(n => new Server(this, $"n{n}", callerOf))];
        foreach (Server server in _servers)
            server.Role.Start(Now);
        ChangeView([.. _servers]);
    }

    public RoleTime Now => new(new Instant(_ms * 1_000_000), DateTimeOffset.UnixEpoch.AddMilliseconds(_ms));

    public Server this[int index] => _servers[index];

    /// <summary>A new membership with these servers; the others hear of nothing any more.</summary>
    public void ChangeView(params Server[] members)
    {
        RingId ring = new(1, ++_ring);
        foreach (Server server in _servers)
            server.IsIn = members.Contains(server);
        ImmutableSortedDictionary<NodeId, int> configured =
            _servers.ToImmutableSortedDictionary(s => s.Self.Node, _ => 1);
        int needed = (_servers.Count / 2) + 1;
        QuorumInfo quorum = new(
            members.Length >= needed, [.. members.Select(m => m.Self.Node)], configured, members.Length,
                needed,
            false, false);
        foreach (Server server in members)
        {
            server.Engine(new EngineEvent.View(ring, [.. members.Select(m => m.Self)], [], []));
            server.Engine(new EngineEvent.Quorum(ring, quorum));
        }

        Deliver();
    }

    /// <summary>Time passes, and what is due is done.</summary>
    public void Pass(TimeSpan time)
    {
        for (long end = _ms + (long)time.TotalMilliseconds; _ms < end;)
        {
            _ms += 50;
            foreach (Server server in _servers.Where(s => !s.IsStopped))
            {
                if (server.Role.NextTimer is { } due && due.CompareTo(Now.Now) <= 0)
                    server.Role.OnTimer(Now);
            }

            Deliver();
        }
    }

    /// <summary>Until the first lineage serves.</summary>
    public GroupsRoleWorld Opened()
    {
        Pass(TimeSpan.FromSeconds(14));
        return this;
    }

    public void Deliver()
    {
        while (_messages.TryDequeue(out (EngineMember From, byte[] Payload) next))
        {
            foreach (Server server in _servers.Where(s => s is { IsIn: true, IsStopped: false }))
                server.Engine(new EngineEvent.Delivered(next.From, next.Payload));
        }
    }

    /// <summary>One server and its clients.</summary>
    public sealed class Server : IEngine, IClientLinks
    {
        private static readonly LinkId s_controller = new(2);
        private readonly GroupsRoleWorld _world;
        private readonly Dictionary<long, TestClient> _clients = [];
        private long _lastLink;

        public Server(GroupsRoleWorld world, string node, Func<PeerCredentials, GroupsCaller?>? callerOf)
        {
            _world = world;
            Self = new EngineMember(new NodeId(node), 1);
            Role = new GroupsRole(
                new GroupsRoleOptions(
                    Self.Node, new ServerLife(1_000, node + ".1", []), callerOf
                        ?? (_ => new GroupsCaller("root", [], CallerReach.All)))
                {
                    Access = AccessEntry.Parse("shop*=alice claim:lead=@ops"),
                    Keep = owes => Kept = owes,
                },
                this, this, this, NullLogger.Instance);
        }

        public GroupsRole Role { get; }

        public EngineMember Self { get; }

        public TimeSpan Token => TimeSpan.FromSeconds(1);

        public ImmutableArray<LinkState> Links { get; set; } = [];

        public bool IsIn { get; set; }

        /// <summary>As after SIGSTOP.</summary>
        public bool IsStopped { get; set; }

        public SendResult Room { get; set; }

        public bool HasLeft { get; private set; }

        public int Unread { get; set; } = int.MaxValue;

        public TestClient Connect(uint user = 0)
        {
            TestClient client = new(this, new LinkId((1L << 32) + ++_lastLink));
            _clients[client.Link.Value] = client;
            Role.Handle(
                new RoleInput.FromLink(
                    new LinkEvent.Opened(client.Link, RoleKind.Groups, new(1, user, user))),
                _world.Now);
            return client;
        }

        public TestClient Session()
        {
            TestClient client = Connect();
            client.Write(new GroupsRequest.Hello(1));
            return client;
        }

        public void Engine(EngineEvent told) => Role.Handle(new RoleInput.FromEngine(told), _world.Now);

        public void Link(LinkEvent linked)
        {
            Role.Handle(new RoleInput.FromLink(linked), _world.Now);
            _world.Deliver();
        }

        public SendResult TrySend(ReadOnlyMemory<byte> payload)
        {
            if (Room == SendResult.Sent && IsIn)
                _world._messages.Enqueue((Self, payload.ToArray()));
            return Room;
        }

        public void Leave() => HasLeft = true;

        /// <summary>What the controller was asked.</summary>
        public List<ClientRequest> Asked { get; } = [];

        /// <summary>What the server has kept.</summary>
        public EquatableArray<string> Kept { get; private set; } = [];

        public bool IsControllerClosed { get; private set; }

        /// <summary>There is a controller of a version.</summary>
        public void Controller(int version)
        {
            Link(new LinkEvent.Opened(s_controller, RoleKind.Controller, new(1, 0, 0)));
            Tell("greet", new ClientReply.Greeting(version, Self.Node.Value, "", ""));
        }

        /// <summary>The controller answers, or announces.</summary>
        public void Tell(string id, ClientReply reply) => Link(new LinkEvent.Received(
            s_controller, ClientProtocol.Encode(new ClientAnswer(id, reply))));

        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
        {
            if (link != s_controller)
                return _clients[link.Value].Take(payload);
            Asked.Add(ClientProtocol.DecodeCall(payload.Span, out _)!.Request);
            return true;
        }

        public void Close(LinkId link)
        {
            if (link == s_controller)
                IsControllerClosed = true;
            else
                _clients[link.Value].IsClosed = true;
        }

        public void Taken(LinkId link) => _clients[link.Value].Dealt++;
    }
}

/// <summary>A client's end of a connection.</summary>
internal sealed class TestClient(GroupsRoleWorld.Server server, LinkId link)
{
    private long _lastId;

    public LinkId Link => link;

    public List<GroupsReply> Lines { get; } = [];

    public bool IsClosed { get; set; }

    /// <summary>Whether it reads no more.</summary>
    public bool IsStuck { get; set; }

    public int Dealt { get; set; }

    public GroupsReply.Bye? Bye => Lines.OfType<GroupsReply.Bye>().SingleOrDefault();

    public string Name => Assert.Single(Lines.OfType<GroupsReply.Session>()).Client;

    public bool Take(ReadOnlyMemory<byte> line)
    {
        if (IsStuck || IsClosed)
            return false;
        Assert.Equal((byte)'\n', line.Span[^1]);
        Assert.Equal(-1, line.Span[..^1].IndexOf((byte)'\n'));
        Lines.Add(GroupsWire.ReadReply(line.Span[..^1], out string error)
            ?? throw new InvalidOperationException(error));
        return true;
    }

    public void Write(GroupsRequest request) => Write(
        Encoding.UTF8.GetString(GroupsWire.Line(request)).TrimEnd('\n'));

    public void Write(string line) => server.Link(new LinkEvent.Received(link, Encoding.UTF8.GetBytes(line)));

    /// <summary>Asks; the answer, if it came at once.</summary>
    public GroupsReply.Answer? Ask(Func<long, GroupsRequest> request)
    {
        long id = ++_lastId;
        Write(request(id));
        return AnswerTo(id);
    }

    public GroupsReply.Answer? AnswerTo(long id) => Lines.OfType<GroupsReply.Answer>().SingleOrDefault(
        a => a.Id == id);

    public void Close(LinkEnd end = LinkEnd.Peer) => server.Link(
        new LinkEvent.Closed(link, "") { End = end });
}
