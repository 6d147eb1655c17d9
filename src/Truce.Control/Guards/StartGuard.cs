using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Judges each order when it is applied, the same on every member: the last point before an agent is asked.
/// The scheduler plans around the same facts; this holds even if it doesn't (promises S2 and S3).
/// </summary>
public static class StartGuard
{
    /// <summary>Why an order is void; null: it stands.</summary>
    /// <param name="state">The state it is applied to.</param>
    /// <param name="order">The order.</param>
    /// <param name="fenceEpoch">The fence epoch that the coordinator knew when it ordered.</param>
    public static string? Objection(ReplicatedState state, Order order, long fenceEpoch)
    {
        if (state.Member(order.Node) is not { Phase: MemberPhase.Joined or MemberPhase.ControllerGone } member)
            return $"{order.Node} isn't a member";
        if (member.Incarnation != order.Incarnation)
            return $"{order.Node} has rebooted";
        // A node that leaves counts as clean: nothing may be under way there, no probe either.
        if (order.Kind == OrderTask.Shutdown && Unfinished(state, order.Node) is { } unfinished)
            return $"{unfinished} hasn't ended";
        // A second agent would find the resource gone, and nothing would look where the first has moved it.
        if (Changes(order) && MigratedFrom(state, order.Resource) is { } source)
            return $"{order.Resource} is being migrated from {source}";
        if (!Activates(order))
            return null;
        if (state.Fences.Any(f => f.Intent.Target == order.Node && !f.Intent.IsUnfencing && (f.IsOpen || f.Epoch > fenceEpoch)
            && f.Stage is not (FenceStage.Obsolete or FenceStage.Refused) && f.Intent.TargetIncarnation == order.Incarnation))
        {
            return $"{order.Node} is being fenced";
        }

        if (QuorumGuard.Objection(state) is { } objection)
            return objection;
        if (order.Agent?.Class != AgentName.Stonith
            && HeldBack.Objection(state, order.Resource, order.Node) is { } held)
            return held;
        if (order.Operation == OperationNames.Promote
            && PromotionGuard.MayBePromotedOn(state, order.Resource, order.Node) is { } promoted)
            return $"{order.Resource} may still be promoted on {promoted}";
        // A migration's source is active on purpose.
        return order.Operation == OperationNames.Start
            && LostNodes.MayBeActiveOn(state, order.Resource, order.Node) is { } other
            ? $"{order.Resource} may still be active on {other}"
            : null;
    }

    private static Order? Unfinished(ReplicatedState state, NodeId node) => state.Pending.Values.FirstOrDefault(o =>
        o.Node == node && o is { Kind: OrderTask.Run, IntervalMs: 0 } && o.Agent?.Class != AgentName.Stonith);

    private static bool Changes(Order order) =>
        order is { Kind: OrderTask.Run, IntervalMs: 0,
            Operation: not (OperationNames.Monitor or OperationNames.Notify) };

    // A lost source won't report the result: its fencing ends the migration.
    private static NodeId? MigratedFrom(ReplicatedState state, ResourceId resource) => state.Pending.Values.FirstOrDefault(o =>
        o.Resource == resource && o is { Kind: OrderTask.Run, Operation: OperationNames.MigrateTo }
        && state.Member(o.Node) is { Phase: MemberPhase.Joining or MemberPhase.Joined or MemberPhase.ControllerGone })?.Node;

    /// <summary>Whether an order can make something active that wasn't.</summary>
    public static bool Activates(Order order) =>
        order.Kind == OrderTask.Run && ActivatesBy(order.Operation)
            && order.Agent?.Class != AgentName.Stonith;

    /// <summary>Whether an operation can make something active that wasn't.</summary>
    public static bool ActivatesBy(string operation) =>
        operation is OperationNames.Start or OperationNames.Promote or OperationNames.MigrateTo
            or OperationNames.MigrateFrom;
}
