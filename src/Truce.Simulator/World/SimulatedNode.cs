using System.Collections.Immutable;
using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Controller;
using Truce.Runtime.Executor;

namespace Truce.Simulator.World;

/// <summary>
/// A node: power, disk, and the processes of its roles. Controller, executor and fencer are the production ones.
/// </summary>
internal sealed class SimulatedNode
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<(StoreTable, string), byte[]> _disk = [];
    private readonly Dictionary<(StoreTable, string), byte[]> _runDisk = [];
    private readonly Dictionary<(StoreTable, string), byte[]> _fencerDisk = [];
    private int _boots;
    private int _sessions;

    public SimulatedNode(SimulatedCluster cluster, NodeId id)
    {
        _cluster = cluster;
        Id = id;
    }

    public NodeId Id { get; }

    public bool Powered { get; private set; }

    public string Incarnation => string.Create(CultureInfo.InvariantCulture, $"{Id}-boot{_boots}");

    public RoleProcess? Controller { get; private set; }

    public RoleProcess? Executor { get; private set; }

    public RoleProcess? Fencer { get; private set; }

    public ControlMachine? Control => (Controller?.Role as ControllerRole)?.Control;

    public List<(string Id, ClientReply Reply)> Answers { get; } = [];

    public bool Stopped { get; private set; }

    public void Boot()
    {
        if (Powered)
            return;
        Powered = true;
        Stopped = false;
        _boots++;
        _runDisk.Clear();
        _fencerDisk.Clear();
        _cluster.Engine.PowerOn(Id);
        StartExecutor();
        StartFencer();
        StartController();
    }

    public void PowerOff()
    {
        if (!Powered)
            return;
        Powered = false;
        Controller?.Kill();
        Executor?.Kill();
        Fencer?.Kill();
        (Controller, Executor, Fencer) = (null, null, null);
        _cluster.Agents.NodeLostPower(Id);
        _cluster.Engine.PowerOff(Id);
    }

    /// <summary>kill -9 of the controller; the supervisor starts another after a while.</summary>
    public void KillController(TimeSpan respawn)
    {
        if (Controller is not { } process)
            return;
        process.Kill();
        Controller = null;
        EndLinks(process);
        _cluster.Engine.ProcessEnded(Id, process.Process, MembershipReason.ProcessDown);
        Again(respawn, () => Controller is null, StartController);
    }

    public void KillExecutor(TimeSpan respawn)
    {
        if (Executor is not { } process)
            return;
        process.Kill();
        Executor = null;
        EndLinks(process);
        Again(respawn, () => Executor is null, StartExecutor);
    }

    /// <summary>kill -9 of the fencer.</summary>
    public void KillFencer(TimeSpan respawn)
    {
        if (Fencer is not { } process)
            return;
        process.Kill();
        Fencer = null;
        EndLinks(process);
        Again(respawn, () => Fencer is null, StartFencer);
    }

    /// <summary>Asks this node's controller something.</summary>
    public void Ask(string id, ClientRequest request)
    {
        if (Controller is not { } controller)
            return;
        LinkId client = new(1_000_000 + ++_sessions);
        controller.Post(new RoleInput.FromLink(new LinkEvent.Opened(client, RoleKind.Api, new PeerCredentials(1, 0, 0))));
        controller.Post(new RoleInput.FromLink(new LinkEvent.Received(
            client, ClientProtocol.Encode(new ClientCall(id, new ClientCaller(0, 0, "root"), request)))));
    }

    public void Stop()
    {
        Stopped = true;
        Controller?.Post(new RoleInput.StopAsked("test"));
    }

    private void Again(TimeSpan delay, Func<bool> due, Action start)
    {
        int boot = _boots;
        _cluster.Clock.After(delay, () =>
        {
            if (Powered && _boots == boot && due() && !Stopped)
                start();
        });
    }

    private string Session(string role) =>
        string.Create(CultureInfo.InvariantCulture, $"{Id}-{role}{++_sessions}");

    private void StartController()
    {
        uint pid = _cluster.NextProcess();
        RoleProcess process = new(_cluster, this, pid);
        IEngine engine = _cluster.Engine.Join(Id, pid, e => process.Post(new RoleInput.FromEngine(e)));
        ControllerRole role = new(
            new ControllerOptions(Id, new NodeUuid(_cluster.UuidOf(Id)), "test", Session("c"), Incarnation),
            engine,
            new SimulatedStore(_cluster, process, _disk),
            new ControllerLinks(this, process),
            new SimulatedWorker(_cluster, process),
            _cluster.Planner,
            new PausePoints(_cluster, process),
            new WorldLog(_cluster, $"{Id} controller"));
        Controller = process;
        process.Begin(role, () => ControllerEnded(process));
        SimulatedStore.Load(_cluster, process, _disk);
        Connect();
    }

    private void ControllerEnded(RoleProcess process)
    {
        if (Controller != process)
            return;
        Controller = null;
        EndLinks(process);
        _cluster.Engine.ProcessEnded(Id, process.Process, MembershipReason.Leave);
        Again(TimeSpan.FromMilliseconds(500), () => Controller is null, StartController);
    }

    private void StartExecutor()
    {
        RoleProcess process = new(_cluster, this, _cluster.NextProcess());
        ExecutorRole role = new(
            new ExecutorOptions(AgentKind.Resource, Session("e"), Incarnation),
            new SimulatedSpawner(_cluster, this, process),
            new SimulatedStore(_cluster, process, _runDisk),
            new ExecutorLinks(this, process),
            new PausePoints(_cluster, process),
            new WorldLog(_cluster, $"{Id} executor"));
        Executor = process;
        process.Begin(role, () => { });
        SimulatedStore.Load(_cluster, process, _runDisk);
        Connect();
    }

    private void StartFencer()
    {
        RoleProcess process = new(_cluster, this, _cluster.NextProcess());
        ExecutorRole role = new(
            new ExecutorOptions(AgentKind.Fence, Session("f"), Incarnation),
            new SimulatedSpawner(_cluster, this, process),
            new SimulatedStore(_cluster, process, _fencerDisk),
            new ExecutorLinks(this, process),
            new PausePoints(_cluster, process),
            new WorldLog(_cluster, $"{Id} fencer"));
        Fencer = process;
        process.Begin(role, () => { });
        SimulatedStore.Load(_cluster, process, _fencerDisk);
        Connect();
    }

    private readonly Dictionary<LinkId, (RoleProcess Controller, RoleProcess Other)> _links = [];
    private long _lastLink;

    // The host connects the controller to whatever is there.
    private void Connect()
    {
        foreach ((RoleProcess? other, RoleKind kind) in new[] { (Executor, RoleKind.Executor), (Fencer, RoleKind.Fencer) })
        {
            if (Controller is not { } controller || other is null
                || _links.Values.Any(l => l.Controller == controller && l.Other == other))
            {
                continue;
            }

            LinkId link = new(++_lastLink);
            _links[link] = (controller, other);
            PeerCredentials credentials = new(1, 0, 0);
            other.Post(new RoleInput.FromLink(new LinkEvent.Opened(link, RoleKind.Controller, credentials)));
            controller.Post(new RoleInput.FromLink(new LinkEvent.Opened(link, kind, credentials)));
        }
    }

    private void EndLinks(RoleProcess process)
    {
        foreach (LinkId link in _links.Where(l => l.Value.Controller == process || l.Value.Other == process).Select(l => l.Key).ToList())
            Close(link);
    }

    private void Close(LinkId link)
    {
        if (!_links.Remove(link, out (RoleProcess Controller, RoleProcess Other) ends))
            return;
        ends.Controller.Post(new RoleInput.FromLink(new LinkEvent.Closed(link, "closed")));
        ends.Other.Post(new RoleInput.FromLink(new LinkEvent.Closed(link, "closed")));
        _cluster.Clock.After(TimeSpan.FromMilliseconds(50), Connect);
    }

    private bool Send(LinkId link, RoleProcess from, ReadOnlyMemory<byte> payload)
    {
        if (!_links.TryGetValue(link, out (RoleProcess Controller, RoleProcess Other) ends))
            return false;
        RoleProcess to = ends.Controller == from ? ends.Other : ends.Controller;
        to.Post(new RoleInput.FromLink(new LinkEvent.Received(link, payload)));
        return true;
    }

    private sealed class ControllerLinks(SimulatedNode node, RoleProcess self) : ILinks
    {
        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
        {
            if (link.Value < 1_000_000)
                return node.Send(link, self, payload);
            if (ClientProtocol.DecodeAnswer(payload.Span, out _) is { } answer)
                node.Answers.Add((answer.Id, answer.Reply));
            return true;
        }

        public void Close(LinkId link) => node.Close(link);
    }

    private sealed class ExecutorLinks(SimulatedNode node, RoleProcess self) : ILinks
    {
        public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload) => node.Send(link, self, payload);

        public void Close(LinkId link) => node.Close(link);
    }
}
