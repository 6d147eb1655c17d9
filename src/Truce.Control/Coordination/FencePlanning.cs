using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>Makes the intent of a fencing: why, which boot, and who carries it out.</summary>
internal static class FencePlanning
{
    /// <summary>The intent for what a plan wants fenced.</summary>
    public static FenceIntent ForPlan(GraphAction.Fence action, ReplicatedState state, string session, long number)
    {
        NodeId target = action.Node ?? throw new InvariantException($"fence action {action.Id} without a node");
        FenceCause cause = action.Action == "on" ? FenceCause.Of(FenceCauseKind.Unfencing) : CauseOf(target, state);
        return Make(target, action.Action, cause, Evidence(target, cause, action.Reason, state), state, session, number)
            with { DelayMs = PriorityDelay(action) };
    }

    /// <summary>The intent for what somebody asked for.</summary>
    public static FenceIntent ForOperator(
        ControlRequest.Fence request, ReplicatedState state, string session, long number) => Make(
            request.Node, request.Action, FenceCause.Of(FenceCauseKind.Operator),
            $"{request.By} asked for it: {request.Reason}", state, session, number);

    /// <summary>
    /// Who carries it out: a joined member, never the target; after failed attempts the next one in order, since the
    /// first may be the one that can't reach the device.
    /// </summary>
    /// <remarks>Letting a node in again is its own task first: some devices must be told on the node itself.</remarks>
    public static NodeId? ChooseShooter(ReplicatedState state, NodeId target, string action, int attempts)
    {
        NodeId[] candidates = Shooters(state, target, action);
        return candidates.Length == 0 ? null : candidates[attempts % candidates.Length];
    }

    /// <summary>Who can carry it out, in the order in which they are asked.</summary>
    public static NodeId[] Shooters(ReplicatedState state, NodeId target, string action)
    {
        bool lettingIn = action == "on";
        NodeId[] able =
        [
            .. from p in state.View?.Participants ?? []
               let member = state.Member(p.Member.Node)
               where member is { Phase: MemberPhase.Joined } && (lettingIn || member.Node != target)
               orderby member.Node == target ? 0 : 1, member.JoinedIndex, member.Node
               select member.Node,
        ];
        NodeId[] equipped = [.. able.Where(n => DeviceChoice.Levels(state.Cib, target, n).Length > 0)];
        return equipped.Length > 0 ? equipped : able;
    }

    private static FenceIntent Make(
        NodeId target, string action, FenceCause cause, string evidence, ReplicatedState state, string session, long number) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{session}.{number}"),
            target,
            state.Member(target)?.Incarnation ?? "",
            action is "off" or "on" ? action : "reboot",
            ChooseShooter(state, target, action, 0) ?? new NodeId(""),
            cause,
            evidence);

    private static long PriorityDelay(GraphAction.Fence action)
    {
        foreach ((string name, string value) in action.Attributes)
        {
            if (name.EndsWith("priority-fencing-delay", StringComparison.Ordinal))
                return Interval.ParseMilliseconds(value) ?? 0;
        }

        return 0;
    }

    private static FenceCause CauseOf(NodeId target, ReplicatedState state)
    {
        if (state.Member(target) is not { } member)
            return FenceCause.Of(FenceCauseKind.Unseen);
        return member.Phase switch
        {
            MemberPhase.Lost or MemberPhase.Returned => FenceCause.Of(FenceCauseKind.NodeLost),
            MemberPhase.ControllerLost => FenceCause.Of(
                member.ControllerSession.Length == 0 ? FenceCauseKind.Silent : FenceCauseKind.ControllerLost),
            MemberPhase.Joining or MemberPhase.Joined or MemberPhase.ControllerGone or MemberPhase.Down =>
                FailedOperation(member, state) ?? FenceCause.Of(FenceCauseKind.Other),
        };
    }

    // The failed operation that asks for fencing: a stop before anything else.
    private static FenceCause? FailedOperation(MemberState member, ReplicatedState state)
    {
        var failures =
            from history in StatusEditing.Find(state.Cib, member.Uuid)?.History?.Resources ?? []
            from record in history.Operations
            where record.Id.EndsWith("_last_failure_0", StringComparison.Ordinal)
            orderby record.Operation == "stop" ? 0 : 1, -(record.LastRcChange ?? 0)
            select new FenceCause(
                FenceCauseKind.Resource, history.Id.Value, record.OperationKey ?? record.Id,
                $"{history.Class}:{history.Provider}:{history.Type}:{record.OpDigest}");
        return failures.FirstOrDefault();
    }

    private static string Evidence(NodeId target, FenceCause cause, string? reason, ReplicatedState state)
    {
        string why = cause.Kind switch
        {
            FenceCauseKind.NodeLost => $"{target} is no longer heard",
            FenceCauseKind.ControllerLost => $"the controller of {target} is gone and didn't come back",
            FenceCauseKind.Silent => $"{target} is in the view and says nothing",
            FenceCauseKind.Unseen => $"{target} was never seen since the cluster started, and may run anything",
            FenceCauseKind.Resource => $"{cause.Operation} failed on {target}",
            FenceCauseKind.Unfencing => $"{target} may be cut off from what it shares, by an earlier fencing",
            FenceCauseKind.Operator or FenceCauseKind.Other => $"the plan asks for it",
        };
        return $"{why} (view {state.View?.Epoch}, index {state.Index}{(reason is null ? "" : $"; plan: {reason}")})";
    }
}
