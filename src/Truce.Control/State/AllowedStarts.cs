using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Applies the starts that were allowed with a fence intent. From here until its node has reported the
/// outcome, or is known to be dead, every member counts such a start as possibly active there (promises S1
/// and S2); the argument is in docs/decisions/0014-starts-allowed-with-the-intent.md.
/// </summary>
internal static class AllowedStarts
{
    /// <summary>Records them as pending. Those that a guard objects to are left out:
    /// a plan orders them later.</summary>
    public static ReplicatedState Begin(ReplicatedState state, FenceIntent intent, ApplyContext context)
    {
        if (intent.Allowed.Count == 0 || state.View is not { } view || view.Epoch != intent.AllowedIn)
            return state;
        foreach (Order order in intent.Allowed)
        {
            if (!IsSafe(state, order, intent))
                continue;
            state = state with
            {
                Pending = state.Pending.SetItem(
                    order.OperationId, order with { Fence = intent.Id, Index = state.Index }),
            };
            state = state.Tell(
                context.At, "start-allowed",
                $"start of {order.Resource} on {order.Node}, once {intent.Target} is confirmed off", order.Node, order.Resource);
        }

        return state;
    }

    /// <summary>Those whose fencing is confirmed are orders like any other from now on.</summary>
    public static ReplicatedState Release(ReplicatedState state, ApplyContext context)
    {
        foreach (Order order in state.Pending.Values.Where(o => o.Fence is not null))
        {
            if (state.Fences.Any(f => f.Intent.Id == order.Fence && f.Stage is FenceStage.Done or FenceStage.Confirmed))
                state = OperationApply.Begin(state, order with { Fence = null, After = [] }, context);
        }

        return state;
    }

    // As for any start, but that the target may still have it active: that is what the fencing ends.
    private static bool IsSafe(ReplicatedState state, Order order, FenceIntent intent) =>
        order is { Kind: OrderTask.Run, Operation: OperationNames.Start, Agent.Class: not AgentName.Stonith }
        && order.Node == intent.By && order.Node != intent.Target
        && state.Member(order.Node) is { Phase: MemberPhase.Joined } member && member.Incarnation == order.Incarnation
        && !state.OpenFences.Any(f => f.Intent.Target == order.Node)
        && QuorumGuard.Objection(state) is null
        && HeldBack.Objection(state, order.Resource, order.Node) is null
        && order.After.All(state.Pending.ContainsKey)
        && LostNodes.MayBeActiveOn(state, order.Resource, order.Node, intent.Target) is null;
}
