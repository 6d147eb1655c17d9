using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>
/// The controller of a node that stays out: it doesn't join, and tells clients why, and what to do. It ends,
/// to be started again as a controller, when the store that kept it out works.
/// </summary>
public sealed partial class OutOfServiceRole(NodeId node, string reason, ILinks links, ILogger log) : IRole, IEndingRole
{
    private string _reason = reason;
    private LinkId? _supervisor;

    /// <inheritdoc/>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimer => null;

    /// <inheritdoc/>
    public void Start(RoleTime time) => LogOut(_reason);

    /// <inheritdoc/>
    public void OnTimer(RoleTime time)
    {
    }

    /// <inheritdoc/>
    public void Handle(RoleInput input, RoleTime time)
    {
        switch (input)
        {
            case RoleInput.FromLink(LinkEvent.Opened(var link, RoleKind.Supervisor, _)):
                _supervisor = link;
                break;
            case RoleInput.FromLink(LinkEvent.Received(var link, var payload)) when link == _supervisor:
                // Nothing runs here that would have to be stopped first.
                if (RoleProtocol.DecodeSupervisorMessage(payload.Span, out _) is SupervisorMessage.StopWanted)
                    links.TrySend(link, RoleProtocol.Encode(new SupervisorMessage.StoppedCleanly()));
                break;
            case RoleInput.FromLink(LinkEvent.Received(var link, var payload)):
                if (ClientProtocol.DecodeCall(payload.Span, out _) is { } call)
                    links.TrySend(link, ClientProtocol.Encode(new ClientAnswer(call.Id, Answer(call.Request))));
                break;
            case RoleInput.FromStore(StoreEvent.Failing failing):
                _reason = ReasonOf(failing);
                LogOut(_reason);
                break;
            case RoleInput.FromStore(StoreEvent.Recovered) or RoleInput.StopAsked:
                HasEnded = true;
                break;
            case RoleInput.FromStore or RoleInput.FromLink or RoleInput.FromEngine or RoleInput.FromWorker
                or RoleInput.FromSpawner or RoleInput.FromProcessHost:
                break;
        }
    }

    /// <summary>A fault of the store, for people, with the way out.</summary>
    public static string ReasonOf(StoreEvent.Failing failing) =>
        $"{failing.Reason}; do: {Model.Replication.StoreFaults.Remedy(failing.Fault)}";

    private ClientReply Answer(ClientRequest request) => request switch
    {
        ClientRequest.GetStatus => new ClientReply.Status(Status()),
        _ => new ClientReply.Refused(RefusalKind.NotReady, $"{node} stays out of the cluster: {_reason}", []),
    };

    private ClusterStatusDocument Status() => new(
        false, null, "out", [new NodeStatus(node.Value, "out", "", "", 0, 0)], [],
        [new HoldStatus("out", null, node.Value, $"stays out of the cluster: {_reason}")], [], "", "", 0, 0, 0, null, [], [], [],
        new VoteStatus(0, 0, 0));

    [LoggerMessage(1, LogLevel.Error, "this node stays out of the cluster: {Reason}")]
    private partial void LogOut(string reason);
}
