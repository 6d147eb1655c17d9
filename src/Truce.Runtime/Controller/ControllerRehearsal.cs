using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>
/// Three controllers in memory that start, take a configuration, lose their coordinator and recover what ran
/// there. Code that has never run takes several times as long as later, and a node's loss is what it is for:
/// without a rehearsal each survivor would run most of it for the first time just then.
/// </summary>
public sealed class ControllerRehearsal
{
    private const int Nodes = 3;
    private const int TurnsMax = 20_000;
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(250);

    private readonly IPlanner _planner;
    private readonly Queue<(Player To, RoleInput Input)> _inputs = new();
    private readonly ImmutableArray<Player> _players;
    private Instant _now;
    private int _turns;

    private ControllerRehearsal(IPlanner planner)
    {
        _planner = planner;
        _players = [.. Enumerable.Range(1, Nodes).Select(i => new Player(this, i))];
    }

    /// <summary>Plays it on the caller's thread; nothing outside is touched.</summary>
    /// <param name="planner">Plans, as in earnest.</param>
    /// <param name="configuration">A CIB for the nodes n1, n2 and n3, with a fence device.</param>
    /// <returns>Whether what ran on the lost node was started elsewhere, as it should be.</returns>
    public static bool Play(IPlanner planner, string configuration) => new ControllerRehearsal(planner).Play(configuration);

    private bool Play(string configuration)
    {
        foreach (Player player in _players)
            player.Enter();
        Meet(1, _players);
        Pass(TimeSpan.FromSeconds(3));
        _players[0].Ask(new ClientRequest.ApplyConfiguration(configuration, null, false, ""));
        Pass(TimeSpan.FromSeconds(5));
        _players[0].Ask(new ClientRequest.GetStatus());
        ImmutableArray<Player> survivors = _players.RemoveAt(0);
        int before = survivors.Sum(p => p.Starts);
        _players[0].IsGone = true;
        Meet(2, survivors);
        Pass(TimeSpan.FromSeconds(5));
        return _players[0].Starts > 0 && survivors.Sum(p => p.Starts) > before && survivors.Sum(p => p.Shots) > 0;
    }

    private void Meet(ulong ring, ImmutableArray<Player> present)
    {
        RingId id = new(1, ring);
        ImmutableArray<EngineMember> members = [.. present.Select(p => p.Self)];
        QuorumInfo quorum = new(
            true, [.. members.Select(m => m.Node)], _players.ToImmutableSortedDictionary(p => p.Self.Node, _ => 1),
            members.Length, (Nodes / 2) + 1, WaitForAll: false, TwoNode: false);
        foreach (Player player in present)
        {
            Tell(player, new RoleInput.FromEngine(new EngineEvent.View(id, members, [], [])));
            Tell(player, new RoleInput.FromEngine(new EngineEvent.Quorum(id, quorum)));
        }
    }

    private void Pass(TimeSpan time)
    {
        for (Instant end = _now.Plus(time); _now.CompareTo(end) < 0; _now = _now.Plus(s_step))
        {
            foreach (Player player in _players.Where(p => !p.IsGone))
                player.PassTime(new RoleTime(_now, DateTimeOffset.UnixEpoch));
            while (_inputs.TryDequeue(out (Player To, RoleInput Input) next) && ++_turns < TurnsMax)
                next.To.Take(next.Input, new RoleTime(_now, DateTimeOffset.UnixEpoch));
        }
    }

    private void Tell(Player to, RoleInput input) => _inputs.Enqueue((to, input));

    private void Deliver(EngineMember from, ReadOnlyMemory<byte> payload)
    {
        foreach (Player player in _players)
            Tell(player, new RoleInput.FromEngine(new EngineEvent.Delivered(from, payload)));
    }

    /// <summary>One node: its controller, and all that it talks to.</summary>
    private sealed class Player : IEngine, IStore, ILinks, IWorker, IPausePoints
    {
        private const string Boot = "rehearsal";
        private static readonly LinkId s_executor = new(1);
        private static readonly LinkId s_fencer = new(2);
        private static readonly LinkId s_client = new(3);
        private readonly ControllerRehearsal _stage;
        private readonly ControllerRole _role;
        private long _results;

        public Player(ControllerRehearsal stage, int number)
        {
            _stage = stage;
            Self = new EngineMember(new NodeId($"n{number}"), (uint)number);
            ControllerOptions options = new(Self.Node, new NodeUuid($"{number}"), Boot, $"r{number}", Boot);
            _role = new ControllerRole(options, this, this, this, this, stage._planner, this, NullLogger.Instance);
        }

        public EngineMember Self { get; }

        public TimeSpan Token => TimeSpan.FromSeconds(1);

        public bool IsGone { get; set; }

        public int Starts { get; private set; }

        public int Shots { get; private set; }

        public void Enter()
        {
            _role.Start(new RoleTime(_stage._now, DateTimeOffset.UnixEpoch));
            Tell(new RoleInput.FromStore(new StoreEvent.Loaded(true, [])));
            foreach ((LinkId link, RoleKind peer) in new[] { (s_executor, RoleKind.Executor), (s_fencer, RoleKind.Fencer), (s_client, RoleKind.Api) })
                Tell(new RoleInput.FromLink(new LinkEvent.Opened(link, peer, new PeerCredentials(0, 0, 0))));
        }

        public void Ask(ClientRequest request) =>
            Hear(s_client, ClientProtocol.Encode(new ClientCall("1", new ClientCaller(0, 0, Boot, Privileged: true), request)));

        public void Take(RoleInput input, RoleTime time)
        {
            if (!IsGone)
                _role.Handle(input, time);
        }

        public void PassTime(RoleTime time)
        {
            if (_role.NextTimer is { } due && due.CompareTo(time.Now) <= 0)
                _role.OnTimer(time);
        }

        public SendResult TrySend(ReadOnlyMemory<byte> payload)
        {
            _stage.Deliver(Self, payload);
            return SendResult.Sent;
        }

        public void Leave()
        {
        }

        public void Write(long requestId, ImmutableArray<StoreWrite> writes) => Tell(new RoleInput.FromStore(new StoreEvent.Synced(requestId)));

        public void Request(long requestId, Func<CancellationToken, object> work) =>
            Tell(new RoleInput.FromWorker(requestId, work(CancellationToken.None)));

        public void Reach(string name)
        {
        }

        public void Close(LinkId link)
        {
        }

        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
        {
            if (link == s_client || RoleProtocol.DecodeExecutorRequest(payload.Span, out _) is not { } request)
                return true;
            ExecutorReply? reply = request switch
            {
                ExecutorRequest.Hello => new ExecutorReply.Inventory(RoleProtocol.Version, $"{Boot}{link}", Boot, [], [], [], []),
                ExecutorRequest.Run(var order) => new ExecutorReply.Ended(Run(order)),
                ExecutorRequest.Cancel cancel => new ExecutorReply.Cancelled(
                    cancel.RequestId, cancel.Resource, cancel.Action, cancel.IntervalMs),
                ExecutorRequest.Acknowledge or ExecutorRequest.StopOrder => null,
            };
            if (reply is not null)
                Hear(link, RoleProtocol.Encode(reply));
            return true;
        }

        private OperationReport Run(OperationOrder order)
        {
            Starts += order.Action == OperationNames.Start ? 1 : 0;
            Shots += order.Action is "reboot" or "off" ? 1 : 0;
            return new OperationReport(++_results, order, (int)_results, 0, order.ExpectedCode, "", "", 1, 1, 1, 0);
        }

        private void Hear(LinkId link, byte[] payload) => Tell(new RoleInput.FromLink(new LinkEvent.Received(link, payload)));

        private void Tell(RoleInput input) => _stage.Tell(this, input);
    }
}
