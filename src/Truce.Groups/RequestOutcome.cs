namespace Truce.Groups;

/// <summary>The answer to a request.</summary>
public abstract record RequestOutcome
{
    private RequestOutcome() { }

    /// <summary>Done: approved, voted, subscribed, released.</summary>
    /// <param name="Epoch">The epoch of the change; 0 if nothing changed.</param>
    public sealed record Done(long Epoch) : RequestOutcome;

    /// <summary>A protocol ended without what was proposed.</summary>
    /// <param name="Epoch">Its last epoch.</param>
    /// <param name="Reason">Who rejected it and why, for people.</param>
    public sealed record Rejected(long Epoch, string Reason) : RequestOutcome;

    /// <summary>Nothing was done.</summary>
    public sealed record Refused(RefusalCode Code) : RequestOutcome;
}

/// <summary>Why nothing was done.</summary>
public enum RefusalCode
{
    /// <summary>The servers have no majority, are agreeing on a view, or wait until the leases of a former
    /// lineage have ended.</summary>
    NotReady,

    /// <summary>No such group.</summary>
    UnknownGroup,

    /// <summary>Only providers may.</summary>
    NotAProvider,

    /// <summary>Already a provider, or joining, or leaving.</summary>
    Already,

    /// <summary>The group has other attributes.</summary>
    AttributesDiffer,

    /// <summary>Another protocol runs or waits, and the proposal wasn't to wait.</summary>
    Busy,

    /// <summary>A queue, table or line is full.</summary>
    Full,

    /// <summary>What all servers hold together has its largest size: something has to be left or shrink
    /// first.</summary>
    StateFull,

    /// <summary>The group is one of the servers' own (<see cref="SystemGroups"/>): it can only be
    /// watched.</summary>
    SystemGroup,

    /// <summary>The state has another version.</summary>
    VersionDiffers,

    /// <summary>The vote is for a phase that is over, or was cast before, or isn't asked for.</summary>
    NoVoteAwaited,

    /// <summary>The target isn't a provider.</summary>
    UnknownTarget,

    /// <summary>The claim has a holder.</summary>
    Held,

    /// <summary>Neither holder nor waiting.</summary>
    NotHeld,

    /// <summary>A name, value, message or time is empty or too large.</summary>
    OutOfBounds,

    /// <summary>The proposer took it back, asked again with the same key, or was no longer a provider when
    /// its turn came.</summary>
    Withdrawn,

    /// <summary>The source group has no provider on this node.</summary>
    SourceMissing,

    /// <summary>A node may still act under a membership or claim of before, and isn't proven off.</summary>
    Unproven,
}
