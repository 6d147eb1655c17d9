using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Truce.Groups;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Groups.Peers;

namespace Truce.Runtime.Groups;

/// <summary>
/// Group Services' server on one node: hands engine, clients and time to <see cref="GroupsMachine"/>, and
/// does the work that it gives. It keeps nothing on disk and starts no process: an inherited descriptor would
/// hide the end of a socket from a client. It ends when its engine ends, which its clients see at once; the
/// supervisor starts it again.
/// </summary>
public sealed partial class GroupsRole : IRole, IEndingRole
{
    private readonly GroupsRoleOptions _options;
    private readonly IEngine _engine;
    private readonly IClientLinks _clients;
    private readonly ILogger _log;
    private readonly GroupsMachine _machine;
    private readonly DeathReading _deaths;
    private readonly Queue<byte[]> _unsent = [];
    private readonly Queue<LinkId> _dropped = [];
    private ImmutableArray<LinkState> _links = [];
    private bool _wasReady;

    /// <summary>Nothing is done before <see cref="Start"/>.</summary>
    /// <param name="options">Start parameters.</param>
    /// <param name="engine">The engine group of the servers.</param>
    /// <param name="clients">The clients' connections.</param>
    /// <param name="roles">The link to this node's controller.</param>
    /// <param name="log">The server's log.</param>
    public GroupsRole(
        GroupsRoleOptions options, IEngine engine, IClientLinks clients, ILinks roles, ILogger log)
    {
        (_options, _engine, _clients, _log) = (options, engine, clients, log);
        _machine = new GroupsMachine(engine.Self, options.Life, options.Limits, options.Times);
        _deaths = new DeathReading(roles);
    }

    /// <inheritdoc/>
    public bool HasEnded { get; private set; }

    /// <summary>What is committed; null: nothing is known.</summary>
    public GroupsState? State => _machine.State;

    /// <inheritdoc/>
    public Instant? NextTimer
    {
        get
        {
            Instant? first = null;
            foreach (Instant? due in new[] { FirstHelloLimit, _machine.NextTimer, _deaths.NextTimer })
            {
                if (due is { } at && (first is not { } known || at.CompareTo(known) < 0))
                    first = at;
            }

            return first;
        }
    }

    /// <inheritdoc/>
    public void Start(RoleTime time)
    {
        LogStarted(_engine.Self, _options.Times.Lease.TotalMilliseconds,
            _options.Times.Margin.TotalMilliseconds);
        if (GroupsRoleOptions.Objection(_engine.Token, _options.Times) is { } objection)
            LogSlowEngine(objection);
    }

    /// <inheritdoc/>
    public void Handle(RoleInput input, RoleTime time)
    {
        switch (input)
        {
            case RoleInput.FromEngine(var happened):
                FromEngine(happened, time.Now);
                break;
            case RoleInput.FromLink(var linked):
                FromLink(linked, time.Now);
                break;
            case RoleInput.StopAsked(var reason):
                CloseAll("stopping", $"this server ends: {reason}; peers may take over; do: stop acting now");
                _engine.Leave();
                End(reason);
                break;
            case RoleInput.FromStore or RoleInput.FromSpawner or RoleInput.FromProcessHost
                or RoleInput.FromWorker:
                throw new InvariantException($"Group Services was given {input.GetType().Name}");
        }
    }

    /// <inheritdoc/>
    public void OnTimer(RoleTime time)
    {
        TakeLinks(time.Now);
        Step(new GroupsInput.TimePassed(), time.Now);
        EndSilentConnections(time.Now);
        _deaths.TimePassed(time.Now);
    }

    // The engine looks every few seconds, and this as often as the servers' beat.
    private void TakeLinks(Instant now)
    {
        ImmutableArray<LinkState> links = _engine.Links;
        if (links.SequenceEqual(_links))
            return;
        _links = links;
        Step(new GroupsInput.LinksTold(links.Select(l => new HostLink(
            _options.Node, l.Node, l.Link, l.IsUp ? HostLinkState.Up : HostLinkState.Down))
            .ToEquatableArray()), now);
    }

    private void FromEngine(EngineEvent happened, Instant now)
    {
        switch (happened)
        {
            case EngineEvent.Delivered(var sender, var payload):
                Delivered(sender, payload, now);
                break;
            case EngineEvent.View(var ring, var members, _, _):
                LogView(ring, string.Join(", ", members));
                Step(new GroupsInput.ViewChanged(ring, members), now);
                break;
            case EngineEvent.Quorum(var ring, var info):
                Step(new GroupsInput.QuorumChanged(ring, info), now);
                break;
            case EngineEvent.Writable:
                SendQueued();
                break;
            case EngineEvent.Died(var reason):
                CloseAll("engine-gone",
                    "this node's engine is gone: peers may take over; do: stop acting now");
                End($"the engine is gone: {reason}");
                break;
        }
    }

    // What one server skips and another applies would tear their state apart: who can't read, ends.
    private void Delivered(EngineMember sender, ReadOnlyMemory<byte> payload, Instant now)
    {
        if (GroupsPeerProtocol.Decode(payload.Span, out string error) is { } message)
        {
            Step(new GroupsInput.Delivered(sender, message), now);
            return;
        }

        CloseAll("left-out", "this server can't read the others; peers may take over; do: stop acting now");
        End($"{sender} can't be read: {error}; do: install the same version of Truce on all nodes");
    }

    private void Step(GroupsInput input, Instant now)
    {
        if (HasEnded)
            return;
        foreach (GroupsOutput output in _machine.Step(input, now))
            Do(output);
        // A client that doesn't read has lost its connection: for the others it is going.
        while (_dropped.TryDequeue(out LinkId link))
        {
            foreach (GroupsOutput output in _machine.Step(new GroupsInput.ClientDropped(link.Value), now))
                Do(output);
        }

        if (_wasReady == _machine.IsReady)
            return;
        _wasReady = _machine.IsReady;
        if (_wasReady)
            LogReady();
        else
            LogNotReady();
    }

    private void Do(GroupsOutput output)
    {
        switch (output)
        {
            case GroupsOutput.Multicast(var message):
                Send(GroupsPeerProtocol.Encode(message));
                break;
            case GroupsOutput.Keep(var owes):
                _options.Keep(owes);
                break;
            case GroupsOutput.Tell(var client, var message):
                Tell(new LinkId(client), WireTelling.Of(message));
                break;
            case GroupsOutput.Close(var client, var reason):
                Close(new LinkId(client), WireTelling.Of(reason));
                break;
        }
    }

    private void Send(byte[] payload)
    {
        _unsent.Enqueue(payload);
        InvariantException.Require(
            _unsent.Count <= _options.SendQueueMax,
                $"{_options.SendQueueMax} messages are waiting for the engine");
        SendQueued();
    }

    // What is lost with the engine is no loss: its end ends this server.
    private void SendQueued()
    {
        while (_unsent.TryPeek(out byte[]? next) && _engine.TrySend(next) == SendResult.Sent)
            _unsent.Dequeue();
    }

    private void End(string reason)
    {
        LogEnded(reason);
        HasEnded = true;
    }
}
