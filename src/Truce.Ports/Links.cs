using System.Collections.Immutable;

namespace Truce.Ports;

/// <summary>The roles of a node; each is a process of its own.</summary>
public enum RoleKind
{
    /// <summary>Watches the others and pets the watchdog.</summary>
    Supervisor,

    /// <summary>Decides.</summary>
    Controller,

    /// <summary>Runs resource agents; outlives a controller's death.</summary>
    Executor,

    /// <summary>Runs fence agents.</summary>
    Fencer,

    /// <summary>Serves HTTP on the socket.</summary>
    Api,

    /// <summary>Group Services' server.</summary>
    Groups,
}

/// <summary>One connection between two roles of a node, or of a client; a new
/// connection is a new link.</summary>
public readonly record struct LinkId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"link{Value}";
}

/// <summary>Events of links. Messages are whole, in order, and within the size limit.</summary>
public abstract record LinkEvent
{
    private LinkEvent() { }

    /// <summary>Connected, in either direction.</summary>
    /// <param name="Link">The connection.</param>
    /// <param name="Peer">The role at the other end: known for connections that we opened; for accepted ones
    /// it is what the socket is for.</param>
    /// <param name="Credentials">Who is at the other end, as the kernel says.</param>
    public sealed record Opened(LinkId Link, RoleKind Peer, PeerCredentials Credentials) : LinkEvent;

    /// <summary>A message came.</summary>
    public sealed record Received(LinkId Link, ReadOnlyMemory<byte> Payload) : LinkEvent;

    /// <summary>The connection ended; what was sent and not answered may or may not have arrived.</summary>
    public sealed record Closed(LinkId Link, string Reason) : LinkEvent
    {
        /// <summary>Whose end it was.</summary>
        public LinkEnd End { get; init; }
    }
}

/// <summary>Who ended a link.</summary>
public enum LinkEnd
{
    /// <summary>We did, or it isn't known: the other end may not have noticed yet.</summary>
    Unknown,

    /// <summary>The other end closed it, or its process ended.</summary>
    Peer,
}

/// <summary>Peer credentials of a unix socket.</summary>
public sealed record PeerCredentials(int ProcessId, uint User, uint Group);

/// <summary>Connections to the roles of this node. The host reconnects to the peers that a role needs,
/// forever, with a bounded pause, and reports each connection as a new link.</summary>
public interface ILinks
{
    /// <summary>Queues a message; false: the link is gone or its bounded queue is full
    /// (the host then closes it).</summary>
    bool TrySend(LinkId link, ReadOnlyMemory<byte> payload);

    /// <summary>Closes a link.</summary>
    void Close(LinkId link);
}

/// <summary>Links to clients that aren't Truce's own. Each may have only a few messages in the role's
/// mailbox, so that one that floods delays itself and not the others.</summary>
public interface IClientLinks : ILinks
{
    /// <summary>A message of this link has been dealt with: the next may come.</summary>
    void Taken(LinkId link);
}

/// <summary>How a role's process ended, or that it began.</summary>
public abstract record ProcessEvent
{
    private ProcessEvent() { }

    /// <summary>The process runs.</summary>
    public sealed record Started(RoleKind Role, int ProcessId) : ProcessEvent;

    /// <summary>The process ended, by exit code or signal (the other is null).</summary>
    public sealed record Exited(RoleKind Role, int ProcessId, int? ExitCode, int? Signal) : ProcessEvent;
}

/// <summary>Starts and ends the other roles of this node (the supervisor's hands).</summary>
public interface IProcessHost
{
    /// <summary>Starts a role; reported by <see cref="ProcessEvent.Started"/> or
    /// <see cref="ProcessEvent.Exited"/>.</summary>
    void Start(RoleKind role);

    /// <summary>SIGTERM.</summary>
    void Terminate(RoleKind role);

    /// <summary>SIGKILL.</summary>
    void Kill(RoleKind role);
}

/// <summary>The node's hardware watchdog, or the lab's.</summary>
public interface IWatchdog
{
    /// <summary>The timeout as read back from the device; null: there is none.</summary>
    TimeSpan? Timeout { get; }

    /// <summary>Restarts its countdown.</summary>
    void Pet();

    /// <summary>Ends it in order, on a clean stop.</summary>
    void Disarm();
}

/// <summary>
/// The node's own power. In the lab and in tests it reaches the power switch of that lab alone; the real
/// machine's is only reachable in an installed system.
/// </summary>
public interface IPower
{
    /// <summary>Resets this node at once and doesn't return to normal operation.</summary>
    void Panic(string reason);
}
