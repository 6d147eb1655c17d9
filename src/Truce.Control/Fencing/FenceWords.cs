using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a fencing's causes are in words, for people who read the history.</summary>
public static class FenceWords
{
    /// <summary>An intent as an event tells it.</summary>
    internal static string Asked(FenceIntent intent, FenceAftermath after) => string.Join(
        "; ",
        new[]
        {
            $"{intent.Action} of {intent.Target} by {intent.By}: {intent.Evidence}", intent.HeadStart,
            after.Sentence,
        }.Where(t => t.Length > 0));

    /// <summary>A success as an event tells it.</summary>
    internal static string Confirmed(FenceState fence, Command.FenceEnded ended) => ended.Proof switch
    {
        FenceProof.Shot =>
            $"{fence.Intent.Action} of {fence.Intent.Target} by {ended.By} with {ended.Device} is confirmed",
        FenceProof.Status =>
            $"{fence.Intent.Target} is off already, as {ended.Device} says to {ended.By}: no shot",
    };

    /// <summary>A cause as a clause about its node.</summary>
    public static string Evidence(FenceCause cause, NodeId node) => cause switch
    {
        FenceCause.NodeLost => $"{node} is no longer heard",
        FenceCause.UncleanAtStart => $"nothing is known of {node} since the cluster started, and it may run anything",
        FenceCause.NeverSeen => $"{node} was never seen since the cluster started, and may run anything",
        FenceCause.ControllerLost => $"the controller of {node} died or hung, and wasn't back in time",
        FenceCause.Silent => $"{node} is in the view and says nothing",
        FenceCause.JoinTimedOut => $"{node} was heard and didn't join in time",
        FenceCause.NotAdmitted => $"{node} was not admitted as a member",
        FenceCause.ActiveUnreachable c => $"{c.Resource} may be active on {node}, which is no member",
        FenceCause.FailedStop c => $"stopping {c.Failure.Resource} on {node} failed {Agent(c.Failure)}",
        FenceCause.FailedOperation c =>
            $"{c.Failure.Operation} of {c.Failure.Resource} on {node} failed {Agent(c.Failure)}, and is configured to fence",
        FenceCause.LostInStart c =>
            $"{c.Failure.Operation} of {c.Failure.Resource} was under way on {node} when it was lost",
        FenceCause.TicketLost c => $"ticket {c.Ticket} is not granted any more, and {c.Resource} runs on {node}",
        FenceCause.ContainerFailed c => $"{c.Container}, which holds {node}, failed",
        FenceCause.ConnectionLost c => $"the connection {c.Connection} to {node} can't be had back",
        FenceCause.NoQuorum => "the partition has no quorum",
        FenceCause.Unfencing => $"{node} may be cut off from what it shares, by an earlier fencing",
        FenceCause.Requested c => $"{c.By} asked for it",
        FenceCause.Unrecorded c => c.Name.Length == 0 ? "the cause was not recorded" : $"the cause is {c.Name}",
    };

    // As the agent told it: (exit 1, "target is busy").
    private static string Agent(ResourceFailure failure) => string.Create(
        CultureInfo.InvariantCulture,
        $"(exit {failure.ExitCode}{(failure.ExitReason.Length > 0 ? $", \"{failure.ExitReason}\"" : "")})");
}
