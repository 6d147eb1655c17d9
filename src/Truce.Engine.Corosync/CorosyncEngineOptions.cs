using Truce.Model;

namespace Truce.Engine.Corosync;

/// <summary>How a process of this node joins a group over Corosync.</summary>
/// <param name="Node">This node, as corosync.conf's nodelist has to call it;
/// joining is refused otherwise.</param>
/// <param name="Group">The group, 1 to 128 bytes.</param>
public sealed record CorosyncEngineOptions(NodeId Node, string Group)
{
    /// <summary>Parts (messages of at most <see cref="CorosyncEngine.PartBytesMax"/>) on their way at a time.
    /// More never gets refused by Corosync, but waits there for seconds.</summary>
    public int WindowParts { get; init; } = 48;

    /// <summary>Messages accepted from the role and not yet delivered; beyond
    /// this the role has to wait.</summary>
    public int WaitingMessagesMax { get; init; } = 256;

    /// <summary>Bytes of them, though one message always passes.</summary>
    public int WaitingBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Whether this member reports links.</summary>
    public bool WatchesLinks { get; init; }

    /// <summary>Whether a member that reports links also vetoes Corosync's shutdown while it is a
    /// member.</summary>
    public bool VetoesShutdown { get; init; }

    /// <summary>Bytes that a role may leave unread before its engine gives up on it: Corosync itself
    /// would grow without limit.</summary>
    public long UnreadBytesMax { get; init; } = 256 * 1024 * 1024;
}
