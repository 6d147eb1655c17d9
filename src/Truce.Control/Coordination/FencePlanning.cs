using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
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
        FenceIntent intent = Make(
            target, action.Action, action.Causes, Evidence(action, target, state), state, session, number);
        return SplitRule.Judge(action, target, state) is { } first
            ? intent with { DelayMs = first.WaitMs, HeadStart = first.Sentence }
            : intent with { DelayMs = action.PriorityDelayMs };
    }

    /// <summary>The intent of a shot that the plan was made without, for the guard to say why.</summary>
    public static FenceIntent ForAvoided(AvoidedFence avoided, ReplicatedState state, string session, long number) => Make(
        avoided.Node, ControlOptions.FencingAction(state), avoided.Causes,
        string.Join("; ", avoided.Causes.Select(c => FenceWords.Evidence(c, avoided.Node))), state, session, number);

    /// <summary>The intent for a requested fencing.</summary>
    public static FenceIntent ForOperator(
        ControlRequest.Fence request, ReplicatedState state, string session, long number) => Make(
            request.Node, request.Action, [new FenceCause.Requested(request.By)],
            $"requested by {request.By}: {request.Reason}", state, session, number);

    /// <summary>
    /// Who carries it out: a joined member, never the target; after failed attempts the next one in order,
    /// since the first may be the one that can't reach the device.
    /// </summary>
    /// <remarks>Unfencing is first of all the node's own task: some devices must be
    /// told on the node itself.</remarks>
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
        // Quarantined nodes don't fence, unless no other node is left.
        NodeId[] trusted = [.. able.Where(n => !QuarantineRules.IsQuarantined(state, n))];
        able = trusted.Length > 0 ? trusted : able;
        NodeId[] equipped = [.. able.Where(n => DeviceChoice.Levels(state.Cib, target, n).Length > 0)];
        return equipped.Length > 0 ? equipped : able;
    }

    private static FenceIntent Make(
        NodeId target, string action, EquatableArray<FenceCause> causes, string evidence,
        ReplicatedState state, string session, long number) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{session}.{number}"),
            target,
            state.Member(target)?.Incarnation ?? "",
            action is "off" or "on" ? action : "reboot",
            ChooseShooter(state, target, action, 0) ?? new NodeId(""),
            causes,
            evidence);

    // A change of membership is evidence where the cause lies in the node.
    private static string Evidence(GraphAction.Fence action, NodeId target, ReplicatedState state)
    {
        string why = string.Join("; ", action.Causes.Select(c => FenceWords.Evidence(c, target)));
        bool liesInNode = FenceCauses.Scope(FenceCauses.Strongest(action.Causes)) == FenceScope.Node;
        return liesInNode && state.View is { } view
            ? $"{why} (seen by {string.Join(", ", view.Participants.Select(p => p.Member.Node))})"
            : why;
    }
}
