using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Ports;

/// <summary>Why a member came or went. <see cref="ProcessDown"/>: the node lives
/// on without that process.</summary>
public enum MembershipReason
{
    /// <summary>The process joined by itself.</summary>
    Join,

    /// <summary>The process left by itself.</summary>
    Leave,

    /// <summary>The node is no longer heard.</summary>
    NodeDown,

    /// <summary>The node is heard (again), the process with it.</summary>
    NodeUp,

    /// <summary>The process ended or broke its connection; its node is still a member.</summary>
    ProcessDown,
}

/// <summary>A member that came or went, and why.</summary>
public sealed record MembershipChange(EngineMember Member, MembershipReason Reason);

/// <summary>
/// What an engine tells. Within a view each member delivers the same messages in the same order, its own
/// included; members that go together from one view to the next have delivered the same messages before
/// it. No more is promised: delivery is <em>not</em> commitment (one's own delivery may be the last thing
/// before being cut off), delivery may freeze for seconds before a new view, and <see cref="View"/> and
/// <see cref="Quorum"/> for the same ring come in either order. After a split has healed the same
/// processes meet again (<c>NodeUp</c>).
/// </summary>
public abstract record EngineEvent
{
    private EngineEvent() { }

    /// <summary>A message, in the group's total order.</summary>
    /// <param name="Sender">Who sent it.</param>
    /// <param name="Payload">What was sent, whole, whatever its size.</param>
    public sealed record Delivered(EngineMember Sender, ReadOnlyMemory<byte> Payload) : EngineEvent;

    /// <summary>A new membership of the group, in the total order.</summary>
    /// <param name="Ring">The ring under which it is delivered; a change of
    /// processes alone keeps the ring.</param>
    /// <param name="Members">Everybody who is in it now, sorted.</param>
    /// <param name="Joined">Who came.</param>
    /// <param name="Left">Who went, and whether its node went with it.</param>
    public sealed record View(
        RingId Ring,
        ImmutableArray<EngineMember> Members,
        ImmutableArray<MembershipChange> Joined,
        ImmutableArray<MembershipChange> Left) : EngineEvent;

    /// <summary>What quorum says of a ring: it judges nodes, not processes.</summary>
    /// <param name="Ring">The ring that it speaks of.</param>
    /// <param name="Info">Votes and members.</param>
    public sealed record Quorum(RingId Ring, QuorumInfo Info) : EngineEvent;

    /// <summary>There is room to send again after <see cref="SendResult.Busy"/>.</summary>
    public sealed record Writable : EngineEvent;

    /// <summary>The engine on this node is gone. To the peers this node is dead;
    /// nothing will come any more.</summary>
    public sealed record Died(string Reason) : EngineEvent;
}

/// <summary>What became of an attempt to send.</summary>
public enum SendResult
{
    /// <summary>Taken; it is delivered in order unless this node is cut off first.</summary>
    Sent,

    /// <summary>The window is full: keep it, and try after <see cref="EngineEvent.Writable"/>.</summary>
    Busy,

    /// <summary>The engine is gone.</summary>
    Gone,
}

/// <summary>One network link from this node to another, and whether it carries.</summary>
public sealed record LinkState(NodeId Node, int Link, bool IsUp);

/// <summary>Total order, membership and quorum for one group. Calls never block.</summary>
public interface IEngine
{
    /// <summary>This process as the group knows it.</summary>
    EngineMember Self { get; }

    /// <summary>How long a silent node stays a member, for what is told to people and
    /// computed (ms precision).</summary>
    TimeSpan Token { get; }

    /// <summary>The network links to the other nodes as they were lately; empty
    /// where the engine has none.</summary>
    ImmutableArray<LinkState> Links => [];

    /// <summary>Sends to the whole group, the sender included.</summary>
    SendResult TrySend(ReadOnlyMemory<byte> payload);

    /// <summary>Leaves the group in order.</summary>
    void Leave();

    /// <summary>
    /// Quorum is no longer held back until every configured node has been seen (wait_for_all): somebody
    /// vouches for those that are missing. Nothing happens where nothing is held back.
    /// </summary>
    void EndWait()
    {
    }
}

/// <summary>A joined group. Its end breaks the connection as a death of the process would.</summary>
public interface IEngineConnection : IEngine, IDisposable;
