using Truce.Contracts;
using Truce.Model.Fencing;

namespace Truce.Runtime.Controller;

/// <summary>A fencing's cause as clients are shown it.</summary>
internal static class FenceCauseView
{
    /// <summary>The cause with what belongs to it.</summary>
    public static FenceCauseRecord Record(FenceCause cause) => cause switch
    {
        FenceCause.FailedStop c => OfFailure(c.Failure),
        FenceCause.FailedOperation c => OfFailure(c.Failure),
        FenceCause.ActiveUnreachable c => new("active-unreachable", c.Resource.Value, "", ""),
        FenceCause.StopUnreachable c => new("stop-unreachable", c.Resource.Value, "stop", ""),
        FenceCause.TicketLost c => new("ticket-lost", c.Resource.Value, "", ""),
        FenceCause.ContainerFailed c => new("container-failed", c.Container.Value, "", ""),
        FenceCause.ConnectionLost c => new("connection-lost", c.Connection.Value, "", ""),
        FenceCause.NodeLost => Plain("node-lost"),
        FenceCause.UncleanAtStart => Plain("unclean-at-start"),
        FenceCause.NeverSeen => Plain("unseen"),
        FenceCause.ControllerLost => Plain("controller-lost"),
        FenceCause.Silent => Plain("ghost"),
        FenceCause.JoinTimedOut => Plain("join-timed-out"),
        FenceCause.NotAdmitted => Plain("not-admitted"),
        FenceCause.NoQuorum => Plain("no-quorum"),
        FenceCause.Unfencing => Plain("unfencing"),
        FenceCause.Requested => Plain("operator"),
        FenceCause.Unrecorded => Plain("other"),
    };

    private static FenceCauseRecord Plain(string kind) => new(kind, "", "", "");

    private static FenceCauseRecord OfFailure(ResourceFailure failure) =>
        new("resource", failure.Resource.Value, failure.Operation, failure.Digest);
}
