using Truce.Contracts;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// S3: only a node whose last installed view is quorate starts, promotes, fences or changes configuration.
/// Judged where an order leaves the controller, by what its engine has told that controller.
/// </summary>
internal sealed class QuorumChecker(CheckRules rules) : IChecker
{
    private readonly Dictionary<NodeId, RingId> _views = [];
    private readonly Dictionary<(NodeId, RingId), bool> _quorum = [];

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
#pragma warning disable TRUCE001 // A checker looks at few of all events.
        switch (happened)
#pragma warning restore TRUCE001
        {
            case WorldEvent.ViewTaken view:
                _views[view.Node] = view.Ring;
                break;
            case WorldEvent.QuorumTaken quorum:
                _quorum[(quorum.Node, quorum.Ring)] = quorum.Quorate;
                break;
            case WorldEvent.ProcessEnded { Role: RoleKind.Controller } ended:
                _views.Remove(ended.Node);
                break;
            case WorldEvent.OrderSent sent when NeedsQuorum(sent) && !IsQuorate(sent.Node)
                && !rules.IgnoresQuorum:
                accuse(new Violation("S3", atMs,
                    $"{sent.Node} orders {sent.Order.Action} of {sent.Order.Resource}; its view isn't quorate"));
                break;
            case WorldEvent.ChangeAcknowledged change when !IsQuorate(change.By):
                accuse(new Violation(
                    "S3", atMs, $"{change.By} acknowledges a change; its view isn't quorate"));
                break;
        }
    }

    private bool IsQuorate(NodeId node) =>
        _views.TryGetValue(node, out RingId ring) && _quorum.GetValueOrDefault((node, ring));

    private static bool NeedsQuorum(WorldEvent.OrderSent sent) => sent.To == RoleKind.Fencer
        ? sent.Order.Action is "off" or "reboot"
        : sent.Order.Action is OperationNames.Start or OperationNames.Promote or OperationNames.MigrateTo
            or OperationNames.MigrateFrom;
}
