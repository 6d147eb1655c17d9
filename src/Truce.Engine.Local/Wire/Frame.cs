namespace Truce.Engine.Local.Wire;

/// <summary>
/// What travels between a process of a node and the sequencer: <c>u32
/// length, u8 type, body</c>, little-endian.
/// </summary>
internal enum FrameType : byte
{
    /// <summary>First frame of a client: who it is and which group it wants.</summary>
    Hello = 1,

    /// <summary>A part of a message to be ordered.</summary>
    Data = 2,

    /// <summary>Says only that the node is alive.</summary>
    Heartbeat = 3,

    /// <summary>Answers <see cref="Probe"/>.</summary>
    ProbeReply = 4,

    /// <summary>Leaves the group in order.</summary>
    Leave = 5,

    /// <summary>The client is taken.</summary>
    Welcome = 64,

    /// <summary>The client isn't taken; the reason follows.</summary>
    Refused = 65,

    /// <summary>A part of an ordered message.</summary>
    Part = 66,

    /// <summary>A membership of the group.</summary>
    View = 67,

    /// <summary>Quorum of the ring.</summary>
    Quorum = 68,

    /// <summary>That many of the client's own messages have been ordered: its window opens again.</summary>
    Ordered = 69,

    /// <summary>Asks whether the node is alive, after a socket of its closed.</summary>
    Probe = 70,
}

/// <summary>Limits of the wire.</summary>
internal static class FrameLimits
{
    /// <summary>Version of this wire; the sequencer refuses others.</summary>
    public const ushort Version = 1;

    /// <summary>Largest part of a message: a large message lets others' frames
    /// through between its parts.</summary>
    public const int PartBytesMax = 256 * 1024;

    /// <summary>Largest frame that is read.</summary>
    public const int FrameBytesMax = PartBytesMax + 4096;

    /// <summary>Largest message.</summary>
    public const int MessageBytesMax = 64 * 1024 * 1024;

    /// <summary>Bytes before the body.</summary>
    public const int HeaderBytes = 5;
}

/// <summary>The peer sent something that is no frame of ours; the connection ends.</summary>
internal sealed class FrameException(string message) : Exception(message);
