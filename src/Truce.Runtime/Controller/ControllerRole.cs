using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Control;
using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Runtime.Controller.Gate;

namespace Truce.Runtime.Controller;

/// <summary>
/// The controller's shell: passes the ports' events to the control machine, and carries out its outputs
/// through the ports. Nothing is decided here.
/// </summary>
public sealed partial class ControllerRole : IRole, IEndingRole
{
    private readonly ControllerOptions _options;
    private readonly IEngine _engine;
    private readonly IStore _store;
    private readonly ILinks _links;
    private readonly IWorker _worker;
    private readonly IPlanner _planner;
    private readonly IPausePoints _pause;
    private readonly ILogger _log;
    private readonly ControlMachine _control;
    private readonly ConfigurationArchive _archive = new();
    private readonly ClientDesk _desk;
    private readonly AgentOffers? _offers;
    private readonly ConfigurationGate? _gate;
    private readonly Queue<byte[]> _unsent = [];
    private readonly Dictionary<LinkId, RoleKind> _open = [];
    private LinkId? _executor;
    private LinkId? _fencer;
    private LinkId? _supervisor;

    /// <summary>Nothing is done before <see cref="Start"/>.</summary>
    public ControllerRole(
        ControllerOptions options,
        IEngine engine,
        IStore store,
        ILinks links,
        IWorker worker,
        IPlanner planner,
        IPausePoints pause,
        ILogger log)
    {
        (_options, _engine, _store, _links) = (options, engine, store, links);
        (_worker, _planner, _pause, _log) = (worker, planner, pause, log);
        _control = new ControlMachine(
            new ControlIdentity(
                options.Node, options.Uuid, engine.Self, options.Session, options.Incarnation, options.ClusterName,
                PeerProtocol.Version, FeatureLevel: 1) { ResetReason = options.ResetReason },
            options.Limits);
        _supervisors = new SupervisorWatch(options.Node, options.SupervisorGrace);
        _desk = new ClientDesk(options, _control, _archive, engine, SupervisorHolds, Reply);
        _offers = options.Offers is { } offers
            ? new AgentOffers(offers, options.Node, m => Send(PeerProtocol.Encode(m)))
            : null;
        _gate = options.Gate is { } gate ? new ConfigurationGate(_control, gate, _offers, Reply) : null;
    }

    /// <summary>The decisions, for display and checks.</summary>
    public ControlMachine Control => _control;

    /// <inheritdoc/>
    public bool HasEnded { get; private set; }

    /// <summary>Whether everything here was stopped before this node left.</summary>
    public bool LeftInOrder { get; private set; }

    /// <summary>Why this node left without having been asked to, and what to do; null: it didn't, or
    /// may come back by itself.</summary>
    public StayingOut? StaysOut { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimer => HasEnded
        ? null
        : Instant.Earliest(_control.NextTimer, _desk.NextTimer, _offers?.NextTimer, _supervisors.NextTimer);

    /// <inheritdoc/>
    public void Start(RoleTime time)
    {
        LogStarted(_options.Node.Value, _options.Session, _options.Incarnation);
        _offers?.Start(time.Now);
        _supervisors.Went(_options.Node, time.Now);
    }

    /// <inheritdoc/>
    public void Handle(RoleInput input, RoleTime time)
    {
        if (HasEnded)
            return;
        switch (input)
        {
            case RoleInput.FromEngine(var engine):
                FromEngine(engine, time);
                break;
            case RoleInput.FromStore(var store):
                FromStore(store, time);
                break;
            case RoleInput.FromLink(var link):
                FromLink(link, time);
                break;
            case RoleInput.FromWorker(var request, var answer):
                FromWorker(request, answer, time);
                break;
            case RoleInput.StopAsked(var reason):
                StopAsked(reason, time);
                break;
            case RoleInput.FromSpawner or RoleInput.FromProcessHost:
                throw new InvariantException($"a controller was given {input.GetType().Name}");
        }
    }

    /// <inheritdoc/>
    public void OnTimer(RoleTime time)
    {
        if (HasEnded)
            return;
        Step(new ControlInput.TimePassed(), time);
        _desk.TimePassed(time.Now);
        _offers?.TimePassed(time.Now);
        StepSupervisors(time);
    }

    private void FromEngine(EngineEvent happened, RoleTime time)
    {
        switch (happened)
        {
            case EngineEvent.Delivered(var sender, var payload):
                Delivered(sender, payload, time);
                break;
            case EngineEvent.View(var ring, var members, _, _):
                LogView(ring, string.Join(", ", members));
                Step(new ControlInput.ViewChanged(ring, members), time);
                _offers?.ViewChanged(members);
                break;
            case EngineEvent.Quorum(var ring, var info):
                LogQuorum(ring, info.Quorate, info.Votes, info.Needed);
                Step(new ControlInput.QuorumChanged(ring, info), time);
                break;
            case EngineEvent.Writable:
                SendQueued();
                break;
            case EngineEvent.Died(var reason):
                End($"the engine is gone: {reason}");
                break;
        }
    }

    private void Delivered(EngineMember sender, ReadOnlyMemory<byte> payload, RoleTime time)
    {
        PeerReading reading = _options.Read(payload);
        if (reading.Message is PeerMessage.Offers offers)
            _offers?.Heard(sender, offers);
        else if (reading.Message is { } message)
            Step(new ControlInput.Delivered(sender, message, reading.Digest), time);
        else
            LogBadMessage(sender, reading.Error);
    }

    private void FromStore(StoreEvent happened, RoleTime time)
    {
        switch (happened)
        {
            case StoreEvent.Loaded when _isLoaded:
                // It could be read after all; the next life begins with it.
                break;
            case StoreEvent.Loaded loaded:
                StoredFacts facts = StoreMapping.FromRecords(loaded);
                if (IsForeign(facts))
                {
                    FromStore(Foreign(facts), time);
                    break;
                }

                _isLoaded = true;
                _archive.Load(StoreMapping.Configurations(loaded));
                Step(new ControlInput.Loaded(
                    facts with { AwaitsSnapshot = facts.Fresh && _options.AwaitsSnapshot }), time);
                if (loaded.Trouble is { } trouble)
                    FromStore(trouble, time);
                break;
            case StoreEvent.Synced(var request):
                Step(new ControlInput.Synced(request), time);
                break;
            case StoreEvent.Failing(var fault, var reason):
                LogStoreFailing(reason);
                LoadNothing(time);
                Step(new ControlInput.StoreFailing(fault, reason), time);
                break;
            case StoreEvent.Recovered:
                LogStoreRecovered();
                Step(new ControlInput.StoreRecovered(), time);
                break;
            case StoreEvent.Failed:
                throw new InvariantException("a controller's store gives up no request");
        }
    }

    // Another cluster's store was put in the place of ours, whose resources run here.
    private bool IsForeign(StoredFacts facts) =>
        _options.JoinedCluster.Length > 0 && facts.Cluster.Length > 0
            && facts.Cluster != _options.JoinedCluster;

    private StoreEvent.Failing Foreign(StoredFacts facts) => new(
        StoreFault.Replaced,
        $"the store is of cluster {facts.Cluster}; this node has joined {_options.JoinedCluster} meanwhile");

    // What can't be read is as good as lost for this life: it joins to leave
    // in order, since its resources run.
    private void LoadNothing(RoleTime time)
    {
        if (_isLoaded)
            return;
        _isLoaded = true;
        Step(new ControlInput.Loaded(StoredFacts.Empty with { AwaitsSnapshot = true }), time);
    }

    private void FromWorker(long request, object answer, RoleTime time)
    {
        if (answer is GateVerdict verdict)
        {
            if (_gate?.Decided(verdict, time) is var (link, call))
                Called(link, call, time);
            return;
        }

        if (answer is AgentsFound found)
        {
            _offers?.Found(found);
            return;
        }

        ControlInput input = answer switch
        {
            PlanningAnswer.Made made => new ControlInput.Planned(request, made.Plan),
            PlanningAnswer.Failed failed => new ControlInput.PlanningFailed(request, failed.Reason),
            _ => throw new InvariantException($"the worker answered {answer.GetType().Name}"),
        };
        if (answer is PlanningAnswer.Failed { Reason: var reason })
            LogPlanningFailed(reason);
        Step(input, time);
    }

    private void StopAsked(string reason, RoleTime time)
    {
        if (_stopping)
        {
            _engine.Leave();
            End($"requested a second time to stop: {reason}");
            return;
        }

        _stopping = true;
        LogStopWanted(reason);
        Step(new ControlInput.StopWanted(reason), time);
    }

    private bool _stopping, _isLoaded, _takesPart;

    private void Step(ControlInput input, RoleTime time)
    {
        ViewMode? before = _control.Mode;
        foreach (ControlOutput output in _control.Step(input, new ControlTime(time.Now, time.Wall)))
        {
            Do(output);
            if (HasEnded)
                return;
        }

        if (_control.Mode != before)
            SayMode();
        if (_desk.TakeAgain() is { } again)
        {
            Step(again, time);
            return;
        }

        if (_control.Mode is ViewMode.Quorate)
        {
            _archive.Follow(_control.State);
            if (!_takesPart && _control.State is { Cluster: { Length: > 0 } cluster })
            {
                _takesPart = true;
                _options.TakesPart(cluster);
            }
        }

        ExpectSupervisors(time.Now);
        _desk.StateChanged(time.Now);
    }

    private void Do(ControlOutput output)
    {
        switch (output)
        {
            case ControlOutput.Multicast(var message):
                Send(PeerProtocol.Encode(message));
                break;
            case ControlOutput.Persist(var request, var items):
                _store.Write(request, [.. items.Select(StoreMapping.ToWrite)]);
                break;
            case ControlOutput.Run(var kind, var order):
                LogOrder(order);
                Ask(kind, new ExecutorRequest.Run(OrderMapping.ToExecutor(order)));
                break;
            case ControlOutput.Cancel(var kind, var order):
                Ask(kind, new ExecutorRequest.Cancel(
                    order.OperationId, order.Resource.Value, order.Operation, order.IntervalMs));
                break;
            case ControlOutput.Acknowledge(var kind, var number):
                Ask(kind, new ExecutorRequest.Acknowledge(number));
                break;
            case ControlOutput.AskInventory(var kind):
                Greet(kind);
                break;
            case ControlOutput.Shoot(var shot):
                SayShot(shot);
                Ask(ExecutorKind.Fencing, new ExecutorRequest.Run(OrderMapping.ToFencer(shot)));
                break;
            case ControlOutput.AskAgent(var question):
                Ask(ExecutorKind.Fencing, new ExecutorRequest.Run(OrderMapping.ToFencer(question)));
                break;
            case ControlOutput.TellStops(var stops):
                Ask(ExecutorKind.Resources, OrderMapping.ToExecutor(stops));
                break;
            case ControlOutput.RequestPlan(var request, var cib, var options):
                _worker.Request(request, tooMuch => PlanningAnswer.Make(_planner, cib, options, tooMuch));
                break;
            case ControlOutput.Answer(var ticket, var content):
                _desk.Answered(ticket, content);
                break;
            case ControlOutput.Pause(var point):
                _pause.Reach(point);
                break;
            case ControlOutput.StoppedCleanly:
                // Not asked to stop: the node's roles go on, and the next controller says why it stays out.
                LeftInOrder = true;
                if (_stopping)
                    TellSupervisor(new SupervisorMessage.StoppedCleanly());
                break;
            case ControlOutput.Panic(var reason):
                TellSupervisor(new SupervisorMessage.PanicWanted(reason));
                break;
            case ControlOutput.Leave leave:
                _engine.Leave();
                if (!_stopping)
                    StaysOut = OutBecause(leave);
                End(leave.Reason);
                break;
        }
    }

    // Having left in order for a fault that has passed, or may, it comes back by itself once the store works.
    private StayingOut? OutBecause(ControlOutput.Leave leave) => leave.Return switch
    {
        LeaveReturn.AfterRepair => new($"{leave.Reason}; do: remove the node from this engine, "
            + "or truce node repair to discard what its store holds", IsStoreOfUse: false),
        LeaveReturn.AfterUpgrade => new($"{leave.Reason}, then truce node repair", IsStoreOfUse: true),
        LeaveReturn.WithNextController => _control.StoreTrouble is { } store && LeftInOrder
            && store.Fault.Stays() ? new($"{store.Reason}; do: {store.Fault.Remedy()}", IsStoreOfUse: false)
                : null,
    };

    private void TellSupervisor(SupervisorMessage message)
    {
        if (_supervisor is { } supervisor)
            _links.TrySend(supervisor, RoleProtocol.Encode(message));
    }

    private void Send(byte[] payload)
    {
        _unsent.Enqueue(payload);
        InvariantException.Require(
            _unsent.Count <= _options.SendQueueMax, $"{_options.SendQueueMax} messages are waiting for the engine");
        SendQueued();
    }

    private void SendQueued()
    {
        while (_unsent.TryPeek(out byte[]? next))
        {
            SendResult result = _engine.TrySend(next);
            if (result == SendResult.Busy)
                return;
            _unsent.Dequeue();
            if (result == SendResult.Gone)
                return;
        }
    }

    private void End(string reason)
    {
        LogEnded(reason);
        HasEnded = true;
    }
}
