using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Groups;

/// <summary>Everything that can happen to one server.</summary>
public abstract record GroupsInput
{
    private GroupsInput() { }

    /// <summary>The engine's membership changed.</summary>
    public sealed record ViewChanged(RingId Ring, ImmutableArray<EngineMember> Members) : GroupsInput;

    /// <summary>Quorum of a ring.</summary>
    public sealed record QuorumChanged(RingId Ring, QuorumInfo Info) : GroupsInput;

    /// <summary>A message of the group, in its order; this server's own too.</summary>
    public sealed record Delivered(EngineMember Sender, GroupsMessage Message) : GroupsInput;

    /// <summary>A client connected. Numbers are never used twice.</summary>
    public sealed record ClientOpened(long Client) : GroupsInput;

    /// <summary>A client asks; its request numbers are its own.</summary>
    public sealed record ClientAsked(long Client, long Request, GroupRequest What) : GroupsInput;

    /// <summary>A client closed its end, or its process ended.</summary>
    public sealed record ClientClosed(long Client) : GroupsInput;

    /// <summary>The shell closed the connection: the client may not have noticed yet.</summary>
    public sealed record ClientDropped(long Client) : GroupsInput;

    /// <summary>Which boots of nodes this node's controller knows to be over: all of them.</summary>
    public sealed record ProofsTold(EquatableArray<NodeProof> Proofs) : GroupsInput;

    /// <summary>The network links of this node, as its engine reports them: all of them.</summary>
    public sealed record LinksTold(EquatableArray<HostLink> Links) : GroupsInput;

    /// <summary>A client answers a ping, or tells its counter. Nothing is answered.</summary>
    public sealed record ClientAlive(long Client, GroupName Group, long Number) : GroupsInput;

    /// <summary>Nothing but time.</summary>
    public sealed record TimePassed : GroupsInput;
}

/// <summary>Work for the shell, to be done in the order in which it is given.</summary>
public abstract record GroupsOutput
{
    private GroupsOutput() { }

    /// <summary>Send to the whole group.</summary>
    public sealed record Multicast(GroupsMessage Message) : GroupsOutput;

    /// <summary>Keep this until the node boots, before doing anything else: what a server of the same boot is
    /// given at its start (<see cref="ServerLife.Owes"/>).</summary>
    public sealed record Keep(EquatableArray<string> Owes) : GroupsOutput;

    /// <summary>Tell a client.</summary>
    public sealed record Tell(long Client, ClientMessage Message) : GroupsOutput;

    /// <summary>End the connection of a client; it isn't reported back.</summary>
    public sealed record Close(long Client, CloseReason Reason) : GroupsOutput;
}

/// <summary>Why the server ends a connection.</summary>
public enum CloseReason
{
    /// <summary>There is no lease to give yet: try again.</summary>
    NotReady,

    /// <summary>Too many clients.</summary>
    Full,

    /// <summary>The lease ended without another.</summary>
    LeaseEnded,

    /// <summary>The servers went on without this one: its clients count as dead.</summary>
    LeftOut,

    /// <summary>It wasn't responsive, in a group where that is a failure.</summary>
    Unresponsive,
}

/// <summary>What a client is told.</summary>
public abstract record ClientMessage
{
    private ClientMessage() { }

    /// <summary>The session is open.</summary>
    /// <param name="Client">Who the client is to the others.</param>
    /// <param name="Until">The end of its lease on this node's boot clock, which both ends read.</param>
    public sealed record Welcome(ClientId Client, Instant Until) : ClientMessage;

    /// <summary>The lease now lasts until then.</summary>
    public sealed record Tick(Instant Until) : ClientMessage;

    /// <summary>A request is answered.</summary>
    public sealed record Answer(long Request, RequestOutcome Outcome) : ClientMessage;

    /// <summary>A group changed.</summary>
    public sealed record Notified(Notice Notice) : ClientMessage;

    /// <summary>A group as it is; null: it doesn't exist. Changes follow.</summary>
    public sealed record Snapshot(GroupName Group, long Epoch, GroupView? Now) : ClientMessage;

    /// <summary>A system group as it is. Changes follow.</summary>
    public sealed record SystemSnapshot(long Epoch, NoticeBody Now) : ClientMessage;

    /// <summary>Is it responsive, as a provider of this group? It answers with the number.</summary>
    public sealed record Ping(GroupName Group, long Number) : ClientMessage;
}
