using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>Links between a node's roles, and the supervisor's ports.</summary>
internal sealed partial class SimulatedNode
{
    private readonly SortedDictionary<long, (RoleProcess A, RoleProcess B)> _links = [];
    private long _lastLink;
    private long _lastPet;

    /// <summary>Carries a message over a link.</summary>
    public bool Send(LinkId link, RoleProcess from, ReadOnlyMemory<byte> payload)
    {
        if (!_links.TryGetValue(link.Value, out (RoleProcess A, RoleProcess B) ends))
            return false;
        RoleProcess to = ends.A == from ? ends.B : ends.A;
        if (from.Kind == RoleKind.Controller && to.Kind is RoleKind.Executor or RoleKind.Fencer)
            TellOrder(to.Kind, payload);
        to.Post(new RoleInput.FromLink(new LinkEvent.Received(link, payload)));
        return true;
    }

    private void TellOrder(RoleKind to, ReadOnlyMemory<byte> payload)
    {
        if (RoleProtocol.DecodeExecutorRequest(payload.Span, out _) is ExecutorRequest.Run run)
            _cluster.Ledger.Tell(new WorldEvent.OrderSent(Id, to, run.Order));
    }

    // Roles dial the supervisor, the controller dials executor and fencer; broken links are dialled again.
    private void Connect()
    {
        foreach (RoleKind kind in s_roles)
        {
            if (kind != RoleKind.Supervisor)
                Connect(kind, RoleKind.Supervisor);
        }

        Connect(RoleKind.Controller, RoleKind.Executor);
        Connect(RoleKind.Controller, RoleKind.Fencer);
    }

    private void Connect(RoleKind dialling, RoleKind listening)
    {
        if (Process(dialling) is not { } a || Process(listening) is not { } b || _links.Values.Any(l => l.A == a && l.B == b))
            return;
        LinkId link = new(++_lastLink);
        _links[link.Value] = (a, b);
        PeerCredentials credentials = new(1, 0, 0);
        b.Post(new RoleInput.FromLink(new LinkEvent.Opened(link, dialling, credentials)));
        if (listening == RoleKind.Supervisor)
        {
            a.Supervisor = link;
            Send(link, a, RoleProtocol.Encode(new SupervisorMessage.Ready(
                RoleProtocol.Version, dialling.ToString().ToLowerInvariant(), Session("s"))));
        }

        if (a.Role is not null)
            a.Post(new RoleInput.FromLink(new LinkEvent.Opened(link, listening, credentials)));
    }

    private void EndLinks(RoleProcess process)
    {
        foreach (long link in _links.Where(l => l.Value.A == process || l.Value.B == process).Select(l => l.Key).ToList())
            Close(new LinkId(link));
    }

    private void Close(LinkId link)
    {
        if (!_links.Remove(link.Value, out (RoleProcess A, RoleProcess B) ends))
            return;
        ends.A.Post(new RoleInput.FromLink(new LinkEvent.Closed(link, "closed")));
        ends.B.Post(new RoleInput.FromLink(new LinkEvent.Closed(link, "closed")));
        Later(TimeSpan.FromMilliseconds(50), Connect);
    }

    private sealed class RoleLinks(SimulatedNode node, RoleProcess self) : ILinks
    {
        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
        {
            if (link.Value < 1_000_000)
                return node.Send(link, self, payload);
            if (ClientProtocol.DecodeAnswer(payload.Span, out _) is { } answer)
                node._cluster.Answered(node, answer.Id, answer.Reply);
            return true;
        }

        public void Close(LinkId link) => node.Close(link);
    }

    /// <summary>Starts and ends processes; one that still runs from an
    /// earlier supervisor is adopted.</summary>
    private sealed class Host(SimulatedNode node) : IProcessHost
    {
        public void Start(RoleKind role)
        {
            if (node.Process(role) is { } running)
            {
                Tell(new ProcessEvent.Started(role, (int)running.Process));
                return;
            }

            node.Later(node.StartDelay(role, 20, 200), () =>
            {
                if (node.Process(role) is null && node.Supervisor is not null)
                    Begin(role);
            });
        }

        public void Terminate(RoleKind role) => node.Process(role)?.Post(new RoleInput.StopAsked("SIGTERM"));

        public void Kill(RoleKind role) => node.Process(role)?.Kill("killed by its supervisor");

        private void Begin(RoleKind role)
        {
            switch (role)
            {
                case RoleKind.Controller:
                    node.StartController();
                    break;
                case RoleKind.Executor or RoleKind.Fencer:
                    node.StartExecutor(role);
                    break;
                case RoleKind.Api:
                    node.StartApi();
                    break;
                case RoleKind.Supervisor or RoleKind.Groups:
                    throw new InvariantException($"a supervisor doesn't start {role} here");
            }

            if (node.Process(role) is { } process)
                Tell(new ProcessEvent.Started(role, (int)process.Process));
        }

        private void Tell(ProcessEvent happened) => node.Supervisor?.Post(new RoleInput.FromProcessHost(happened));
    }

    private sealed class Power(SimulatedNode node) : IPower
    {
        public void Panic(string reason) => node.Later(TimeSpan.FromMilliseconds(1), () => node.Reset($"panic: {reason}"));
    }

    /// <summary>Resets the node when it hasn't been petted for its timeout.</summary>
    private sealed class Watchdog(SimulatedNode node) : IWatchdog
    {
        public TimeSpan? Timeout => node._cluster.WatchdogTimeout;

        public void Pet()
        {
            if (Timeout is not { } timeout)
                return;
            long pet = ++node._lastPet;
            string boot = node.Incarnation;
            // A watchdog is hardware: it counts while the node is suspended.
            node._cluster.Clock.After(timeout, () =>
            {
                if (node.Powered && node.Incarnation == boot && node._lastPet == pet)
                    node.Reset("watchdog");
            });
        }

        public void Disarm() => node._lastPet++;
    }

    /// <summary>The supervisor's engine: joins whenever there is one, each time as another life.</summary>
    private sealed class RejoiningEngine : IEngine
    {
        private readonly SimulatedCluster _cluster;
        private readonly RoleProcess _process;
        private IEngine? _engine;
        private bool _left;

        public RejoiningEngine(SimulatedCluster cluster, RoleProcess process)
        {
            (_cluster, _process) = (cluster, process);
            Join();
        }

        public EngineMember Self => _engine?.Self ?? new EngineMember(_process.Node.Id, 0);

        public TimeSpan Token => _engine?.Token ?? TimeSpan.Zero;

        public SendResult TrySend(ReadOnlyMemory<byte> payload) => _engine?.TrySend(payload) ?? SendResult.Gone;

        public void Leave()
        {
            _left = true;
            _engine?.Leave();
        }

        private void Join()
        {
            if (!_process.Alive || _left)
                return;
            if (_cluster.Engine.IsUp(_process.Node.Id))
                _engine = _cluster.Engine.Join(_process.Node.Id, EngineGroup.Supervisors, _process.Process, Take);
            else
                _process.Node.Later(TimeSpan.FromMilliseconds(250), Join);
        }

        private void Take(EngineEvent told)
        {
            _process.Post(new RoleInput.FromEngine(told));
            if (told is not EngineEvent.Died)
                return;
            _engine = null;
            _process.Node.Later(TimeSpan.FromMilliseconds(250), Join);
        }
    }
}
