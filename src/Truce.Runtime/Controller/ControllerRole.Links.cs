using Truce.Contracts;
using Truce.Control;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>The controller's links: to this node's executors and supervisor, and from clients.</summary>
public sealed partial class ControllerRole
{
    private void FromLink(LinkEvent happened, RoleTime time)
    {
        switch (happened)
        {
            case LinkEvent.Opened(var link, var peer, _):
                Opened(link, peer, time);
                break;
            case LinkEvent.Closed(var link, _):
                Closed(link, time);
                break;
            case LinkEvent.Received(var link, var payload):
                Received(link, payload.Span, time);
                break;
        }
    }

    private void Opened(LinkId link, RoleKind peer, RoleTime time)
    {
        _open[link] = peer;
        if (peer == RoleKind.Executor)
            _executor = link;
        else if (peer == RoleKind.Fencer)
            _fencer = link;
        else if (peer == RoleKind.Supervisor)
            SupervisorCame(link, time.Now);
        if (peer is RoleKind.Executor or RoleKind.Fencer)
            Greet(peer == RoleKind.Executor ? ExecutorKind.Resources : ExecutorKind.Fencing);
    }

    private void Closed(LinkId link, RoleTime time)
    {
        _open.Remove(link);
        _desk.Closed(link);
        _gate?.Closed(link);
        if (link == _supervisor)
        {
            _supervisor = null;
            _supervisors.Went(_options.Node, time.Now);
        }

        if (link == _executor)
        {
            _executor = null;
            Step(new ControlInput.ExecutorDown(ExecutorKind.Resources), time);
        }

        if (link == _fencer)
        {
            _fencer = null;
            Step(new ControlInput.ExecutorDown(ExecutorKind.Fencing), time);
        }
    }

    private void Received(LinkId link, ReadOnlySpan<byte> payload, RoleTime time)
    {
        if (!_open.TryGetValue(link, out RoleKind peer))
            return;
        string error = "";
        if (peer is RoleKind.Executor or RoleKind.Fencer)
        {
            ExecutorKind kind = peer == RoleKind.Executor ? ExecutorKind.Resources : ExecutorKind.Fencing;
            if (RoleProtocol.DecodeExecutorReply(payload, out error) is { } reply)
                FromExecutor(kind, reply, time);
        }
        else if (peer == RoleKind.Supervisor)
        {
            if (RoleProtocol.DecodeSupervisorMessage(payload, out error) is { } said)
                FromSupervisor(said, time);
        }
        else if (ClientProtocol.DecodeCall(payload, out error) is { } call)
        {
            if (_gate?.Takes(link, call, time) != true)
                Called(link, call, time);
        }

        if (error.Length > 0)
        {
            LogBadLink(peer, error);
            _links.Close(link);
        }
    }

    private void FromSupervisor(SupervisorMessage said, RoleTime time)
    {
        if (said is SupervisorMessage.StopWanted(var reason))
            StopWanted(reason, time);
        else if (said is SupervisorMessage.PeerState peer)
            PeerSaid(peer, time);
    }

    private void PeerSaid(SupervisorMessage.PeerState peer, RoleTime time)
    {
        NodeId node = new(peer.Node);
        if (peer.Present)
            SupervisorCame(node, time.Now);
        else
            _supervisors.Went(node, time.Now);
        Step(new ControlInput.PeerSaid(node, WordOf(peer)), time);
    }

    private static ControllerWord WordOf(SupervisorMessage.PeerState peer) => peer switch
    {
        { Present: false } or { ControllerState: "" } => ControllerWord.Unknown,
        { ControllerState: "respawning" } => ControllerWord.Respawning,
        { ControllerState: "gone" } => ControllerWord.Gone,
        // "running", "starting", and what a later version says of a controller that is there.
        _ => ControllerWord.Running,
    };

    private void Called(LinkId link, ClientCall call, RoleTime time)
    {
        if (_desk.Called(link, call, time.Now) is { } input)
            Step(input, time);
    }

    private void StopWanted(string reason, RoleTime time)
    {
        _stopping = true;
        LogStopWanted(reason);
        Step(new ControlInput.StopWanted(reason), time);
    }

    private void FromExecutor(ExecutorKind kind, ExecutorReply reply, RoleTime time)
    {
        ControlInput? input = reply switch
        {
            ExecutorReply.Inventory inventory => new ControlInput.ExecutorUp(kind, OrderMapping.FromExecutor(inventory)),
            ExecutorReply.Ended(var report) => new ControlInput.OperationEnded(kind, OrderMapping.FromExecutor(report)),
            ExecutorReply.Cancelled cancelled => new ControlInput.CancelDone(cancelled.RequestId),
            ExecutorReply.Refused refused => new ControlInput.OrderRefused(kind, refused.OperationId, refused.Reason),
        };
        Step(input, time);
    }

    private void Greet(ExecutorKind kind) => Ask(
        kind, new ExecutorRequest.Hello(RoleProtocol.Version, _options.Session, _options.Incarnation));

    // Without a link nothing is lost: orders are in the log, and the next
    // inventory shows which of them arrived.
    private void Ask(ExecutorKind kind, ExecutorRequest request)
    {
        if ((kind == ExecutorKind.Resources ? _executor : _fencer) is { } link)
            _links.TrySend(link, RoleProtocol.Encode(request));
    }

    private void Reply(LinkId link, ClientAnswer answer) => _links.TrySend(
        link, ClientProtocol.Encode(_gate?.WithRemarks(link, answer) ?? answer));
}
