using System.Globalization;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Runtime.Controller;
using Truce.Runtime.Controller.Gate;
using Truce.Runtime.Executor;
using Truce.Runtime.Supervisor;

namespace Truce.Simulator.World;

/// <summary>
/// A node: power, clocks, disks, watchdog, and the processes of its roles. Supervisor, controller, executor
/// and fencer are the production ones; around them is what systemd, the kernel and the hardware would do.
/// </summary>
internal sealed partial class SimulatedNode
{
    private static readonly TimeSpan s_supervisorGrace = TimeSpan.FromSeconds(60);
    private static readonly RoleKind[] s_roles =
        [RoleKind.Supervisor, RoleKind.Executor, RoleKind.Fencer, RoleKind.Controller, RoleKind.Api];

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedDisk _runDisk = new();
    private readonly SimulatedDisk _fencerDisk = new();
    private readonly Dictionary<RoleKind, RoleProcess> _processes = [];
    private readonly Dictionary<RoleKind, TimeSpan> _startDelays = [];
    private string? _out;
    private string _joined = "";
    private string _joinedCluster = "";
    private int _boots;
    private int _cycle;
    private int _sessions;

    public SimulatedNode(SimulatedCluster cluster, NodeId id)
    {
        (_cluster, Id) = (cluster, id);
        Clock = new NodeClock(cluster.Clock);
        Incarnation = NameBoot();
    }

    public NodeId Id { get; }

    public NodeClock Clock { get; }

    public SimulatedDisk Disk { get; } = new();

    public bool Powered { get; private set; }

    /// <summary>Frozen as a whole, power on: a suspended machine.</summary>
    public bool IsSuspended { get; private set; }

    public bool HasPaused => s_roles.Any(r => _processes.TryGetValue(r, out RoleProcess? p) && p.Pauses > 0);

    public string Incarnation { get; private set; }

    public RoleProcess? Supervisor => Process(RoleKind.Supervisor);

    public RoleProcess? Controller => Process(RoleKind.Controller);

    public RoleProcess? Executor => Process(RoleKind.Executor);

    public RoleProcess? Fencer => Process(RoleKind.Fencer);

    public ControlMachine? Control => (Controller?.Role as ControllerRole)?.Control;

    /// <summary>Makes this node alone misread the next entry for which it gives another one, the digest as it
    /// was: memory that lies. Null: everything is read as it came.</summary>
    public Func<Submission, Submission?>? Misread { get; set; }

    /// <summary>Agents that run on it, whoever started them.</summary>
    public SortedDictionary<string, AgentRun> Agents { get; } = new(StringComparer.Ordinal);

    public List<(string Id, ClientReply Reply)> Answers { get; } = [];

    /// <summary>It was asked to stop in order, and systemd doesn't start it again.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Its power supply is dead: it can't boot, and its own device can't answer.</summary>
    public bool IsUnplugged { get; set; }

    /// <summary>How long the controller's process needs before it can say a word; null: a moment.</summary>
    public TimeSpan? ControllerDelay { get; set; }

    public void Boot()
    {
        if (Powered || IsUnplugged)
            return;
        _cycle++;
        (Powered, Stopped, IsSuspended) = (true, false, false);
        _boots++;
        Incarnation = NameBoot();
        _out = null;
        _runDisk.Replace();
        _fencerDisk.Replace();
        _startDelays.Clear();
        if (ControllerDelay is { } delay)
            _startDelays[RoleKind.Controller] = delay;
        Clock.Booted();
        _cluster.Ledger.Tell(new WorldEvent.Booted(Id, Incarnation));
        _cluster.Engine.Start(Id);
        StartSupervisor();
    }

    public void PowerOff(string why = "power cut")
    {
        if (!Powered)
            return;
        Powered = false;
        IsSuspended = false;
        _cluster.Engine.Stop(Id);
        foreach (RoleKind role in s_roles)
        {
            if (_processes.Remove(role, out RoleProcess? process))
                process.Kill("power lost");
        }

        _links.Clear();
        _cluster.Agents.NodeLostPower(Id);
        _cluster.Ledger.Tell(new WorldEvent.PowerLost(Id, Incarnation, why));
    }

    /// <summary>Power on: the machine needs that long. Whoever does so again
    /// meanwhile begins its boot anew.</summary>
    public void BootAfter(TimeSpan delay)
    {
        int cycle = ++_cycle;
        _cluster.Clock.After(delay, () =>
        {
            if (cycle == _cycle)
                Boot();
        });
    }

    /// <summary>Power off, and on again.</summary>
    public void PowerCycle(TimeSpan delay)
    {
        PowerOff("power cycle");
        BootAfter(delay);
    }

    /// <summary>The node resets itself (panic, or its watchdog).</summary>
    public void Reset(string why)
    {
        if (!Powered)
            return;
        PowerOff(why);
        _cluster.Clock.After(_cluster.Clock.Between(2_000, 12_000), Boot);
    }

    public void Kill(RoleKind role, TimeSpan startsAfter)
    {
        _startDelays[role] = startsAfter;
        Process(role)?.Kill("killed");
    }

    public void KillController(TimeSpan startsAfter) => Kill(RoleKind.Controller, startsAfter);

    public void KillExecutor(TimeSpan startsAfter) => Kill(RoleKind.Executor, startsAfter);

    public void KillFencer(TimeSpan startsAfter) => Kill(RoleKind.Fencer, startsAfter);

    /// <summary>The controller dies, and the engine doesn't notice.</summary>
    public void KillAsGhost()
    {
        if (Controller is not { } process)
            return;
        _cluster.Engine.ProcessEnded(Id, EngineGroup.Controllers, process.Process, MembershipReason.ProcessDown, asGhost: true);
        process.Kill("killed; its membership stays behind");
    }

    /// <summary>The engine's process dies and is started again a while later.</summary>
    public void KillEngine(TimeSpan startsAfter)
    {
        if (!Powered || !_cluster.Engine.IsUp(Id))
            return;
        string boot = Incarnation;
        _cluster.Engine.Die(Id);
        _cluster.Clock.After(startsAfter, () =>
        {
            if (Powered && Incarnation == boot && !_cluster.Engine.IsUp(Id))
                _cluster.Engine.Start(Id);
        });
    }

    public void Suspend(TimeSpan duration)
    {
        if (!Powered || IsSuspended)
            return;
        string boot = Incarnation;
        IsSuspended = true;
        _cluster.Engine.Silence(Id);
        _cluster.Clock.After(duration, () =>
        {
            if (Powered && Incarnation == boot)
                Resume();
        });
    }

    public void Resume()
    {
        if (!IsSuspended)
            return;
        IsSuspended = false;
        _cluster.Engine.Resume(Id);
        foreach (RoleProcess process in _processes.Values.ToList())
            process.WakeUp();
    }

    /// <summary>Runs later, on this boot of this node alone; while it is suspended nothing runs.</summary>
    public void Later(TimeSpan delay, Action action)
    {
        string boot = Incarnation;
        _cluster.Clock.After(delay, () =>
        {
            if (!Powered || Incarnation != boot)
                return;
            if (IsSuspended)
                Later(TimeSpan.FromMilliseconds(100), action);
            else
                action();
        });
    }

    /// <summary>Asks this node's controller something.</summary>
    public void Ask(string id, ClientRequest request, ClientCaller? caller = null)
    {
        if (Controller is not { } controller)
            return;
        LinkId client = new(1_000_000 + ++_sessions);
        controller.Post(new RoleInput.FromLink(new LinkEvent.Opened(client, RoleKind.Api, new PeerCredentials(1, 0, 0))));
        controller.Post(new RoleInput.FromLink(new LinkEvent.Received(
            client, ClientProtocol.Encode(new ClientCall(
                id, caller ?? new ClientCaller(0, 0, "root"), request)))));
    }

    /// <summary>truce node repair: the store is set aside, and a snapshot is to take its place.</summary>
    public void RepairStore()
    {
        Disk.Replace();
        (Disk.Trouble, Disk.AwaitsSnapshot, _out) = (DiskTrouble.None, true, null);
        Controller?.Post(new RoleInput.StopAsked("truce node repair"));
    }

    /// <summary>systemctl stop.</summary>
    public void Stop()
    {
        Stopped = true;
        Supervisor?.Post(new RoleInput.StopAsked("systemctl stop"));
    }

    public RoleProcess? Process(RoleKind role) => _processes.GetValueOrDefault(role);

    private string NameBoot() => string.Create(CultureInfo.InvariantCulture, $"{Id}-boot{_boots}");

    private string Session(string role) => string.Create(CultureInfo.InvariantCulture, $"{Id}-{role}{++_sessions}");

    private RoleProcess Make(RoleKind role)
    {
        RoleProcess process = new(_cluster, this, role, _cluster.NextProcess(this, role));
        _processes[role] = process;
        _cluster.Ledger.Tell(new WorldEvent.ProcessBegan(Id, role, process.Process));
        return process;
    }

    private void Ended(RoleProcess process)
    {
        if (_processes.GetValueOrDefault(process.Kind) == process)
            _processes.Remove(process.Kind);
        EndLinks(process);
        if (process.Kind is RoleKind.Controller or RoleKind.Supervisor)
        {
            _cluster.Engine.ProcessEnded(
                Id, process.Kind == RoleKind.Controller ? EngineGroup.Controllers : EngineGroup.Supervisors, process.Process,
                MembershipReason.ProcessDown);
        }

        if (!Powered)
            return;
        if (process.Kind == RoleKind.Supervisor)
            Later(StartDelay(RoleKind.Supervisor, 100, 500), StartSupervisor);
        else
            Supervisor?.Post(new RoleInput.FromProcessHost(new ProcessEvent.Exited(process.Kind, (int)process.Process, null, 9)));
    }

    private TimeSpan StartDelay(RoleKind role, double leastMs, double mostMs) =>
        _startDelays.Remove(role, out TimeSpan delay) ? delay : _cluster.Clock.Between(leastMs, mostMs);

    private void StartSupervisor()
    {
        if (Supervisor is not null || Stopped)
            return;
        RoleProcess process = Make(RoleKind.Supervisor);
        SupervisorRole role = new(
            new SupervisorOptions(), new Host(this), new RoleLinks(this, process), new Watchdog(this), new Power(this),
            new RejoiningEngine(_cluster, process), new WorldLog(_cluster, Id, RoleKind.Supervisor));
        process.Begin(role, _ => Ended(process));
        Connect();
    }

    private void StartController()
    {
        if (!_cluster.Engine.IsUp(Id))
        {
            Later(TimeSpan.FromMilliseconds(200), () =>
            {
                if (Controller is null && Supervisor is not null)
                    StartController();
            });
            return;
        }

        // As the controller's process does: one that hasn't joined in this
        // boot doesn't, with a store that fails.
        if (_out is not null || (Disk.Failing is not null && _joined != Incarnation))
        {
            StayOut(_out ?? OutOfServiceRole.ReasonOf(Disk.Failing!));
            return;
        }

        if (_joined != Incarnation)
            (_joined, _joinedCluster) = (Incarnation, "");
        RoleProcess process = Make(RoleKind.Controller);
        IEngine engine = _cluster.Engine.Join(
            Id, EngineGroup.Controllers, process.Process, e => process.Post(new RoleInput.FromEngine(e)));
        SimulatedStore store = new(_cluster, process, Disk);
        ControllerRole role = new(
            new ControllerOptions(Id, new NodeUuid(_cluster.UuidOf(Id)), "test", Session("c"), Incarnation)
            {
                Read = ReadMessage,
                SupervisorGrace = s_supervisorGrace,
                AwaitsSnapshot = Disk.AwaitsSnapshot,
                JoinedCluster = _joinedCluster,
                TakesPart = cluster => _joinedCluster = cluster,
                Gate = _cluster.Judge is { } judge
                    ? new GateMeans(new SimulatedWorker(_cluster, process), judge) : null,
            },
            engine, store, new RoleLinks(this, process), new SimulatedWorker(_cluster, process), _cluster.Planner,
            new PausePoints(_cluster, process), new WorldLog(_cluster, Id, RoleKind.Controller));
        process.Begin(role, _ =>
        {
            _out ??= role.StaysOut?.Reason;
            if (role.LeftInOrder)
                (_joined, _joinedCluster) = ("", "");
            Ended(process);
        });
        store.Load();
        Connect();
    }

    private PeerReading ReadMessage(ReadOnlyMemory<byte> payload)
    {
        PeerReading reading = _cluster.Readings.Read(payload);
        if (reading.Message is not PeerMessage.Entry entry || Misread?.Invoke(entry.Submission) is not { } wrong)
            return reading;
        Misread = null;
        return reading with { Message = entry with { Submission = wrong } };
    }

    private void StayOut(string reason)
    {
        RoleProcess process = Make(RoleKind.Controller);
        OutOfServiceRole role = new(Id, reason, new RoleLinks(this, process), new WorldLog(_cluster, Id, RoleKind.Controller));
        process.Begin(role, _ => Ended(process));
        Connect();
        LookAgain(process);
    }

    private void LookAgain(RoleProcess process) => Later(TimeSpan.FromSeconds(1), () =>
    {
        if (_out is null && Disk.Failing is null)
            process.Post(new RoleInput.FromStore(new StoreEvent.Recovered()));
        else if (process.Alive)
            LookAgain(process);
    });

    private void StartExecutor(RoleKind kind)
    {
        RoleProcess process = Make(kind);
        SimulatedStore store = new(_cluster, process, kind == RoleKind.Executor ? _runDisk : _fencerDisk);
        ExecutorRole role = new(
            new ExecutorOptions(
                kind == RoleKind.Executor ? AgentKind.Resource : AgentKind.Fence,
                Session(kind == RoleKind.Executor ? "e" : "f"), Incarnation),
            new SimulatedSpawner(_cluster, this, process), store, new RoleLinks(this, process),
            new PausePoints(_cluster, process), new WorldLog(_cluster, Id, kind));
        process.Begin(role, _ => Ended(process));
        store.Load();
        Connect();
    }

    private void StartApi()
    {
        RoleProcess process = Make(RoleKind.Api);
        process.Begin(null, _ => Ended(process));
        Connect();
    }
}
