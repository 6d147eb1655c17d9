using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a fencing's causes are in words, for people who read the history.</summary>
public static class FenceWords
{
    /// <summary>The text of an intent's event.</summary>
    internal static string Asked(FenceIntent intent, FenceAftermath after) => string.Join(
        "; ",
        new[]
        {
            $"{intent.Action} of {intent.Target} by {intent.By}: {intent.Evidence}", intent.HeadStart,
            after.Sentence,
        }.Where(t => t.Length > 0));

    /// <summary>The text of a success's event.</summary>
    internal static string Confirmed(FenceState fence, Command.FenceEnded ended) => ended.Proof switch
    {
        FenceProof.Shot =>
            $"{fence.Intent.Action} of {fence.Intent.Target} by {ended.By} with {ended.Device} is confirmed",
        FenceProof.Status =>
            $"{fence.Intent.Target} is already off, as {ended.Device} reported to {ended.By}: no shot",
    };

    /// <summary>A cause as a clause about its node.</summary>
    public static string Evidence(FenceCause cause, NodeId node) => cause switch
    {
        FenceCause.NodeLost => $"{node} is no longer heard",
        FenceCause.UncleanAtStart => $"nothing has been known about {node} since the cluster started, and it may be running anything",
        FenceCause.NeverSeen => $"{node} has not been seen since the cluster started, and may be running anything",
        FenceCause.ControllerLost => $"the controller of {node} died or hung, and didn't come back in time",
        FenceCause.Silent => $"{node} is in the view but silent",
        FenceCause.JoinTimedOut => $"{node} was heard but didn't join in time",
        FenceCause.NotAdmitted => $"{node} was not admitted as a member",
        FenceCause.ActiveUnreachable c => $"{c.Resource} may be active on {node}, which isn't a member",
        FenceCause.FailedStop c => $"the stop of {c.Failure.Resource} on {node} failed {Agent(c.Failure)}",
        FenceCause.FailedOperation c =>
            $"{c.Failure.Operation} of {c.Failure.Resource} on {node} failed {Agent(c.Failure)}, and has on-fail=fence",
        FenceCause.LostInStart c =>
            $"{c.Failure.Operation} of {c.Failure.Resource} was in progress on {node} when it was lost",
        FenceCause.TicketLost c => $"ticket {c.Ticket} is no longer granted, and {c.Resource} is running on {node}",
        FenceCause.ContainerFailed c => $"{c.Container}, which hosts {node}, failed",
        FenceCause.ConnectionLost c => $"the connection {c.Connection} to {node} can't be restored",
        FenceCause.NoQuorum => "the partition has no quorum",
        FenceCause.Unfencing => $"an earlier fencing may have cut {node} off from shared resources",
        FenceCause.Requested c => $"{c.By} requested it",
        FenceCause.Unrecorded c => c.Name.Length == 0 ? "the cause was not recorded" : $"the cause is {c.Name}",
    };

    // As the agent reported it: (exit 1, "target is busy").
    private static string Agent(ResourceFailure failure) => string.Create(
        CultureInfo.InvariantCulture,
        $"(exit {failure.ExitCode}{(failure.ExitReason.Length > 0 ? $", \"{failure.ExitReason}\"" : "")})");
}
