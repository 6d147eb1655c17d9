using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Executor;
using SpawnedOperation = Truce.Ports.SpawnedOperation;

namespace Truce.Runtime.Tests.Executor;

/// <summary>An executor over ports that do nothing until the test says so.</summary>
internal sealed class ExecutorWorld : ISpawner, IStore, ILinks, IPausePoints
{
    public static readonly LinkId Controller = new(1);
    private static readonly LinkId s_supervisor = new(1_000);
    private readonly ExecutorRole _role;
    private long _link = Controller.Value;

    public ExecutorWorld(AgentKind kind = AgentKind.Resource, params StoreRecord[] records)
    {
        _role = new ExecutorRole(
            new ExecutorOptions(kind, "session", "boot") { RunningMax = 3, WaitingMax = 10 },
            this, this, this, this, NullLogger.Instance);
        _role.Start(Time);
        Give(new RoleInput.FromStore(new StoreEvent.Loaded(records.Length == 0, [.. records])));
    }

    public long Ms { get; private set; }

    /// <summary>What the spawner was asked, as "prepare r start", "proceed …", "cancel …", "sweep
    /// …".</summary>
    public List<string> Spawned { get; } = [];

    public Dictionary<string, OperationSpec> Specs { get; } = [];

    public List<(long Request, ImmutableArray<StoreWrite> Writes)> Written { get; } = [];

    public List<ExecutorReply> Replies { get; } = [];

    public List<LinkId> ClosedLinks { get; } = [];

    public List<SupervisorMessage> ToSupervisor { get; } = [];

    private RoleTime Time => new(new Instant(Ms * 1_000_000), DateTimeOffset.UnixEpoch.AddMilliseconds(Ms));

    public static OperationOrder Order(string id, string resource, string action, long intervalMs = 0) => new(
        id, resource, "ocf", "test", "agent", action, ImmutableSortedDictionary<string, string>.Empty,
        ImmutableSortedDictionary<string, string>.Empty, 20_000, intervalMs, 0, 0);

    /// <summary>A stop whose failure is looked at.</summary>
    public static OperationOrder Stop(string id, string resource) =>
        Order(id, resource, "stop") with { LookMs = 10_000 };

    public ExecutorWorld Swept(params string[] unkillable)
    {
        Give(new RoleInput.FromSpawner(new SpawnerEvent.Swept([], [.. unkillable])));
        return this;
    }

    public ExecutorWorld Greeted()
    {
        Give(new RoleInput.FromLink(
            new LinkEvent.Opened(new LinkId(_link), RoleKind.Controller, new PeerCredentials(1, 0, 0))));
        Ask(new ExecutorRequest.Hello(1, "controller", "boot"));
        return this;
    }

    public void ControllerDies() =>
        Give(new RoleInput.FromLink(new LinkEvent.Closed(new LinkId(_link++), "died")));

    public void Ask(ExecutorRequest request) =>
        Give(new RoleInput.FromLink(new LinkEvent.Received(new LinkId(_link), RoleProtocol.Encode(request))));

    /// <summary>What the store holds by now.</summary>
    public StoreRecord[] Records() =>
    [
        .. Written.SelectMany(w => w.Writes).GroupBy(w => (w.Table, w.Key)).Select(g => g.Last())
            .Where(w => w.Value is not null).Select(w => new StoreRecord(w.Table, w.Key, w.Value!.Value)),
    ];

    public void SupervisorSays(SupervisorMessage message)
    {
        Give(new RoleInput.FromLink(
            new LinkEvent.Opened(s_supervisor, RoleKind.Supervisor, new PeerCredentials(1, 0, 0))));
        Give(new RoleInput.FromLink(new LinkEvent.Received(s_supervisor, RoleProtocol.Encode(message))));
    }

    public void ControllerSays(SupervisorMessage message) =>
        Give(new RoleInput.FromLink(new LinkEvent.Received(new LinkId(_link), RoleProtocol.Encode(message))));

    public void Run(OperationOrder order) => Ask(new ExecutorRequest.Run(order));

    /// <summary>The run of that resource is prepared, recorded, run and ended.</summary>
    public void Complete(
        string resource, int code = 0, OperationStatus status = OperationStatus.Done, int? remaining = 0)
    {
        string run = Running(resource);
        Prepared(run);
        Synced();
        End(run, code, status, remaining);
    }

    public string Running(string resource) => Specs.Values.Last(s => s.Resource == resource).OperationId;

    public void Prepared(string run) => Give(new RoleInput.FromSpawner(
        new SpawnerEvent.Prepared(new SpawnedOperation(run, 100, 1, "boot", null))));

    public void Synced() => Give(new RoleInput.FromStore(new StoreEvent.Synced(Written[^1].Request)));

    public void StoreFails() =>
        Give(new RoleInput.FromStore(new StoreEvent.Failed(Written[^1].Request, "disk full")));

    public void End(
        string run, int code = 0, OperationStatus status = OperationStatus.Done, int? remaining = 0)
    {
        bool isAsked = Specs.Remove(run, out OperationSpec? spec) && spec.Remains == Remains.Told;
        Give(new RoleInput.FromSpawner(new SpawnerEvent.Ended(
            new OperationOutcome(run, status, code, "", "", TimeSpan.FromMilliseconds(5))
            {
                Remaining = isAsked ? remaining : null,
            })));
    }

    public void Pass(long ms)
    {
        for (long end = Ms + ms; ;)
        {
            long? next = _role.NextTimer is { } at ? at.Nanoseconds / 1_000_000 : null;
            if (next is null || next > end)
            {
                Ms = end;
                return;
            }

            Ms = Math.Max(Ms, next.Value);
            _role.OnTimer(Time);
        }
    }

    public void Give(RoleInput input) => _role.Handle(input, Time);

    public void Prepare(OperationSpec spec)
    {
        Spawned.Add($"prepare {spec.Resource} {spec.Action}");
        Specs.Add(spec.OperationId, spec);
    }

    public void Proceed(string operationId) => Spawned.Add($"proceed {Name(operationId)}");

    public void Cancel(string operationId) => Spawned.Add($"cancel {Name(operationId)}");

    public void Sweep(ImmutableArray<SpawnedOperation> records) =>
        Spawned.Add($"sweep {string.Join(' ', records.Select(r => r.OperationId))}");

    public void Write(long requestId, ImmutableArray<StoreWrite> writes) => Written.Add((requestId, writes));

    public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
    {
        if (link == s_supervisor)
            ToSupervisor.Add(RoleProtocol.DecodeSupervisorMessage(payload.Span, out _)!);
        else
            Replies.Add(RoleProtocol.DecodeExecutorReply(payload.Span, out _)!);
        return true;
    }

    public void Close(LinkId link) => ClosedLinks.Add(link);

    public void Reach(string name) { }

    private string Name(string run) =>
        Specs.TryGetValue(run, out OperationSpec? s) ? $"{s.Resource} {s.Action}" : run;
}
