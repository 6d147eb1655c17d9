using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Applies members' reports on their stores. A member that can't save anything acknowledges nothing that must
/// be durable: the others continue without its acknowledgement while they hold quorum, and it then leaves in
/// order. If too few stores work, no member leaves: running resources keep running, and nothing is
/// acknowledged until there are enough (promise S5).
/// </summary>
public static class StoreApply
{
    /// <summary>A member's store fails, or works again.</summary>
    internal static (ReplicatedState, CommandOutcome) Told(
        ReplicatedState state, Command.StoreTold told, ApplyContext context)
    {
        if (state.Member(told.Node) is not { Phase: MemberPhase.Joined or MemberPhase.Joining } member
            || member.ControllerSession != told.ControllerSession)
        {
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, $"{told.Node} isn't a member in that session"));
        }

        // A member repeats itself until it hears itself.
        if (member.StoreTrouble == told.Trouble)
            return (state, CommandOutcome.Plain);
        state = state.With(member with { StoreTrouble = told.Trouble });
        return (told.Trouble.Length > 0
            ? state.Tell(context.At, "store-failing", $"the store of {told.Node} can't save anything: {told.Trouble}", told.Node)
            : state.Tell(context.At, "store-works", $"the store of {told.Node} works again", told.Node), CommandOutcome.Plain);
    }

    /// <summary>A member whose store fails wants to leave in order.</summary>
    internal static (ReplicatedState, CommandOutcome) Leave(
        ReplicatedState state, Command.StoreLeave leave, ApplyContext context)
    {
        if (state.Member(leave.Node) is not { } member || member.ControllerSession != leave.ControllerSession)
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, $"{leave.Node} isn't a member in that session"));
        if (IsLeaving(state, member))
            return (state, CommandOutcome.Plain);
        if (!MayLeave(state, leave.Node))
            return (state, new CommandOutcome.Refused(RefusalReason.Guard, "too few other stores work"));
        state = state with
        {
            Cib = StatusEditing.Change(state.Cib, member.Uuid, member.Node, n => StatusEditing.SetTransient(
                n, StatusEditing.Shutdown, StatusEditing.Seconds(context.At))),
        };
        state = CoordinatorRule.HandOver(state, member);
        return (state.Tell(
            context.At, "store-leave", $"{leave.Node} stops its resources and leaves: {member.StoreTrouble}", leave.Node),
            CommandOutcome.Plain);
    }

    /// <summary>Whether the others can keep what is acknowledged once
    /// <paramref name="node"/> is gone.</summary>
    public static bool MayLeave(ReplicatedState state, NodeId node) =>
        state.View is { Quorate: true } view && VotesThatKeep(state, view, node) >= view.Needed;

    /// <summary>Whether enough stores work for anything to be acknowledged.</summary>
    public static bool CanKeep(ReplicatedState state) =>
        state.View is not { Quorate: true } view || VotesThatKeep(state, view, null) >= view.Needed
        || !state.Members.Values.Any(m => m.StoreTrouble.Length > 0);

    /// <summary>Whether a node was asked to stop its resources and leave.</summary>
    public static bool IsLeaving(ReplicatedState state, MemberState member) =>
        StatusEditing.Transient(
            HistoryReading.Node(state.Cib.Status, member.Uuid),
            StatusEditing.Shutdown) is { Length: > 0 } asked && asked != "0";

    private static int VotesThatKeep(ReplicatedState state, Command.Formed view, NodeId? without) =>
        view.Votes.Where(v => v.Node != without && state.Member(v.Node) is
        {
            Phase: MemberPhase.Joined or MemberPhase.Joining, StoreTrouble: "",
        } member && !IsLeaving(state, member)).Sum(v => v.Votes);
}
