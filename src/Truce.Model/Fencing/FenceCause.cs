namespace Truce.Model.Fencing;

/// <summary>
/// Why a node is to be fenced: made where that is decided, and carried unchanged into the intent, the
/// guard and the history. A node may have several causes at once; all are kept, and the strongest
/// decides (see <see cref="FenceCauses"/>).
/// </summary>
public abstract record FenceCause
{
    private FenceCause() { }

    /// <summary>The messaging layer no longer hears the node.</summary>
    public sealed record NodeLost : FenceCause;

    /// <summary>Nothing is known of a configured node, and start-up fencing
    /// doesn't take that for off.</summary>
    public sealed record UncleanAtStart : FenceCause;

    /// <summary>The node has a status, but the messaging layer has never seen it.</summary>
    public sealed record NeverSeen : FenceCause;

    /// <summary>Its controller went while the node lives, and didn't come back.</summary>
    public sealed record ControllerLost : FenceCause;

    /// <summary>The messaging layer hears the node, and its controller has never spoken.</summary>
    public sealed record Silent : FenceCause;

    /// <summary>It was heard, and didn't join within node-pending-timeout.</summary>
    public sealed record JoinTimedOut : FenceCause;

    /// <summary>It was refused as a member, or its membership makes no sense.</summary>
    public sealed record NotAdmitted : FenceCause;

    /// <summary>A resource is recorded as active on a node that can't be asked to stop it.</summary>
    public sealed record ActiveUnreachable(ResourceId Resource) : FenceCause;

    /// <summary>A resource's stop failed: whether it still runs is unknown.</summary>
    public sealed record FailedStop(ResourceFailure Failure) : FenceCause;

    /// <summary>An operation whose failure is configured to fence (<c>on-fail=fence</c>).</summary>
    public sealed record FailedOperation(ResourceFailure Failure) : FenceCause;

    /// <summary>The node was lost while a resource was starting there: that may be what killed it.</summary>
    public sealed record LostInStart(ResourceFailure Failure) : FenceCause;

    /// <summary>A ticket with <c>loss-policy=fence</c> isn't granted any more.</summary>
    public sealed record TicketLost(string Ticket, ResourceId Resource) : FenceCause;

    /// <summary>The machine of a guest, or the container around it, failed.</summary>
    public sealed record ContainerFailed(ResourceId Container) : FenceCause;

    /// <summary>The connection to a remote or guest node can't be restored.</summary>
    public sealed record ConnectionLost(ResourceId Connection) : FenceCause;

    /// <summary>The partition has no quorum, and its policy is to fence.</summary>
    public sealed record NoQuorum : FenceCause;

    /// <summary>No shot: what an earlier fabric fencing cut off is let in again.</summary>
    public sealed record Unfencing : FenceCause;

    /// <summary>A person or a program asked for it.</summary>
    public sealed record Requested(string By) : FenceCause;

    /// <summary>A cause that this version doesn't know: recorded by another one.</summary>
    public sealed record Unrecorded(string Name) : FenceCause;
}

/// <summary>The failure of a resource's operation that fences a node.</summary>
/// <param name="Resource">The resource, an anonymous clone's instance number left out.</param>
/// <param name="Operation">start, stop, monitor, …: not the operation's id, which may be renamed.</param>
/// <param name="ExitCode">What the agent returned.</param>
/// <param name="Digest">Of the agent and the parameters it ran with.</param>
/// <param name="ExitReason">What the agent said; may be empty.</param>
public sealed record ResourceFailure(
    ResourceId Resource, string Operation, int ExitCode, string Digest, string ExitReason)
{
    /// <summary>Whether it is the same cause, on whatever node and with whatever words.</summary>
    public bool IsSameCause(ResourceFailure other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Resource, Operation) == (other.Resource, other.Operation);
    }
}

/// <summary>What a cause lies in, the strongest last.</summary>
public enum FenceScope
{
    /// <summary>No danger: a node is let in.</summary>
    Admission,

    /// <summary>A resource: the node does what it is asked.</summary>
    Resource,

    /// <summary>A rule of the configuration, or an operator.</summary>
    Policy,

    /// <summary>The node: recovery of what it ran needs its fencing.</summary>
    Node,
}

/// <summary>Properties of causes.</summary>
public static class FenceCauses
{
    /// <summary>The cause that decides: what the node is fenced for even if there were no other.</summary>
    public static FenceCause Strongest(EquatableArray<FenceCause> causes)
    {
        FenceCause? strongest = null;
        foreach (FenceCause cause in causes)
        {
            if (strongest is null || Scope(cause) > Scope(strongest))
                strongest = cause;
        }

        return strongest ?? new FenceCause.Unrecorded("");
    }

    /// <summary>What a cause lies in.</summary>
    public static FenceScope Scope(FenceCause cause) => cause switch
    {
        FenceCause.NodeLost or FenceCause.UncleanAtStart or FenceCause.NeverSeen or FenceCause.ControllerLost
            or FenceCause.Silent or FenceCause.JoinTimedOut or FenceCause.NotAdmitted
            or FenceCause.ActiveUnreachable or FenceCause.ContainerFailed
            or FenceCause.ConnectionLost or FenceCause.Unrecorded => FenceScope.Node,
        FenceCause.TicketLost or FenceCause.NoQuorum or FenceCause.Requested => FenceScope.Policy,
        FenceCause.FailedStop or FenceCause.FailedOperation or FenceCause.LostInStart => FenceScope.Resource,
        FenceCause.Unfencing => FenceScope.Admission,
    };

    /// <summary>The resource's failure that a cause is; null: it is another sort.</summary>
    public static ResourceFailure? FailureOf(FenceCause cause) => cause switch
    {
        FenceCause.FailedStop stop => stop.Failure,
        FenceCause.FailedOperation operation => operation.Failure,
        FenceCause.LostInStart start => start.Failure,
        FenceCause.NodeLost or FenceCause.UncleanAtStart or FenceCause.NeverSeen or FenceCause.ControllerLost
            or FenceCause.Silent or FenceCause.JoinTimedOut or FenceCause.NotAdmitted
            or FenceCause.ActiveUnreachable or FenceCause.ContainerFailed
            or FenceCause.ConnectionLost or FenceCause.Unrecorded or FenceCause.TicketLost or FenceCause.NoQuorum
            or FenceCause.Requested or FenceCause.Unfencing => null,
    };

    /// <summary>The cause's name on wires, on disk and in documents (docs/operations/fencing.md).</summary>
    public static string Kind(FenceCause cause) => cause switch
    {
        FenceCause.NodeLost => "node-lost",
        FenceCause.UncleanAtStart => "unclean-at-start",
        FenceCause.NeverSeen => "never-seen",
        FenceCause.ControllerLost => "controller-lost",
        FenceCause.Silent => "silent",
        FenceCause.JoinTimedOut => "join-timed-out",
        FenceCause.NotAdmitted => "not-admitted",
        FenceCause.ActiveUnreachable => "active-unreachable",
        FenceCause.FailedStop => "failed-stop",
        FenceCause.FailedOperation => "failed-operation",
        FenceCause.LostInStart => "lost-in-start",
        FenceCause.TicketLost => "ticket-lost",
        FenceCause.ContainerFailed => "container-failed",
        FenceCause.ConnectionLost => "connection-lost",
        FenceCause.NoQuorum => "no-quorum",
        FenceCause.Unfencing => "unfencing",
        FenceCause.Requested => "operator",
        FenceCause.Unrecorded c => c.Name,
    };

    /// <summary>The resource that a cause is about; null: none.</summary>
    public static ResourceId? ResourceOf(FenceCause cause) => cause switch
    {
        FenceCause.ActiveUnreachable c => c.Resource,
        FenceCause.FailedStop c => c.Failure.Resource,
        FenceCause.FailedOperation c => c.Failure.Resource,
        FenceCause.LostInStart c => c.Failure.Resource,
        FenceCause.TicketLost c => c.Resource,
        FenceCause.ContainerFailed c => c.Container,
        FenceCause.ConnectionLost c => c.Connection,
        FenceCause.NodeLost or FenceCause.UncleanAtStart or FenceCause.NeverSeen or FenceCause.ControllerLost
            or FenceCause.Silent or FenceCause.JoinTimedOut or FenceCause.NotAdmitted or FenceCause.NoQuorum
            or FenceCause.Unfencing or FenceCause.Requested or FenceCause.Unrecorded => null,
    };
}
