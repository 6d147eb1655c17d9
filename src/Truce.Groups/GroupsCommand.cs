using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <summary>What the servers apply, each in the same order.</summary>
public abstract record GroupsCommand
{
    private GroupsCommand() { }

    /// <summary>A view was formed. Every participant makes this entry itself, at the same place.</summary>
    public sealed record Formed(Epoch Epoch, EquatableArray<ServerId> Participants) : GroupsCommand
    {
        /// <summary>What the participants said of their nodes' boots.</summary>
        public EquatableArray<ServerBoot> Boots { get; init; } = [];

        /// <summary>All configured nodes.</summary>
        public EquatableArray<NodeId> Configured { get; init; } = [];
    }

    /// <summary>A server asks for a lease: once this is committed, no majority had gone on without it
    /// when it was sent.</summary>
    /// <param name="At">When it was sent. The server's own clock; means nothing to others.</param>
    public sealed record Beat(Instant At) : GroupsCommand;

    /// <summary>Every lease of the former lineage has ended.</summary>
    public sealed record Open(Lineage Lineage) : GroupsCommand;

    /// <summary>Every lease that a lost server can have granted has ended.</summary>
    public sealed record ServerGone(ServerId Server) : GroupsCommand;

    /// <summary>A client's socket broke, or its lease ended.</summary>
    public sealed record ClientGone(ClientId Client) : GroupsCommand;

    /// <summary>A node is off: this server's node was told so by the controllers, who have committed
    /// it.</summary>
    public sealed record Proven(NodeProof Proof) : GroupsCommand;

    /// <summary>A provider is no longer responsive, or is so again: its own server says.</summary>
    public sealed record Responsive(ClientId Client, GroupName Group, Responsiveness Now) : GroupsCommand;

    /// <summary>The network links of a server's node, as its engine reports them.</summary>
    public sealed record LinksTold(ServerId Server, EquatableArray<HostLink> Links) : GroupsCommand;

    /// <summary>A client's request.</summary>
    public sealed record Asked(ClientId Client, long Request, GroupRequest What) : GroupsCommand;

    /// <summary>A phase has taken as long as it may.</summary>
    public sealed record PhaseOver(GroupName Group, long Protocol, int Phase) : GroupsCommand;
}

/// <summary>A command in the log.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Sender">The server that sent it; of <see cref="GroupsCommand.Formed"/>: the first.</param>
/// <param name="Number">The sender's own count; 0 for what nobody sent.</param>
/// <param name="Command">What to do.</param>
public sealed record GroupsEntry(long Index, ServerId Sender, long Number, GroupsCommand Command);

/// <summary>Messages of the servers' engine group.</summary>
public abstract record GroupsMessage
{
    private GroupsMessage() { }

    /// <summary>A member of a view introduces itself.</summary>
    public sealed record Hello(ViewTag View, HelloWords Words) : GroupsMessage;

    /// <summary>The members of a view are to introduce themselves again.</summary>
    public sealed record Regather(ViewTag View) : GroupsMessage;

    /// <summary>The sender has waited long enough for these.</summary>
    public sealed record Proceed(ViewTag View, EquatableArray<EngineMember> Without) : GroupsMessage;

    /// <summary>Everything, for those that aren't in step.</summary>
    public sealed record Snapshot(ViewTag View, GroupsState State, long Committed,
        EquatableArray<GroupsEntry> Pending)
        : GroupsMessage;

    /// <summary>A command for the log; dropped if the view has changed meanwhile.</summary>
    public sealed record Submit(Epoch View, long Number, GroupsCommand Command) : GroupsMessage;

    /// <summary>The sender has everything up to an index.</summary>
    public sealed record Acknowledge(Epoch View, long Index) : GroupsMessage;
}

/// <summary>What a member says of itself.</summary>
/// <param name="Id">Its stay among the servers; null: it has no state.</param>
/// <param name="Lineage">Whose state it has; null: none.</param>
/// <param name="Standing">The last view it took part in, and the last entry of its log.</param>
/// <param name="Token">The largest number that its committed state has given out.</param>
/// <param name="Stamp">When it started, in milliseconds of the wall clock: a new lineage counts from
/// there, so that its numbers are larger than a former one's.</param>
/// <param name="Quorate">Whether the engine calls this ring quorate.</param>
/// <param name="Needed">Votes that the engine calls a quorum.</param>
/// <param name="Votes">All configured nodes.</param>
public sealed record HelloWords(
    ServerId? Id, Lineage? Lineage, Standing Standing, long Token, long Stamp,
    EngineQuorum Quorate, int Needed, EquatableArray<NodeVotes> Votes)
{
    /// <summary>Its node's boot; empty: not known.</summary>
    public string Boot { get; init; } = "";

    /// <summary>Fenced groups and claims (<see cref="FencedNames"/>) in which clients of this boot of
    /// its node were.</summary>
    public EquatableArray<string> Owes { get; init; } = [];
}

/// <summary>What the engine says of a ring.</summary>
public enum EngineQuorum
{
    /// <summary>Not enough votes.</summary>
    Missing,

    /// <summary>Enough.</summary>
    Present,
}
