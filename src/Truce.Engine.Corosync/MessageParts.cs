using System.Buffers.Binary;

namespace Truce.Engine.Corosync;

/// <summary>The head of each part of a message: <c>u8 version, u8 flags, u16 0, u32
/// attempt</c>, little-endian. </summary>
/// <param name="IsFirst">A message begins.</param>
/// <param name="IsLast">It ends.</param>
/// <param name="Attempt">Which sending of which message of this sender: parts of
/// an earlier one don't mix in.</param>
internal readonly record struct PartHead(bool IsFirst, bool IsLast, uint Attempt)
{
    public const int Bytes = 8;
    private const byte Version = 1;
    private const byte First = 1;
    private const byte Last = 2;

    /// <summary>No part of a message: it only has to come back to its sender.</summary>
    public static ReadOnlySpan<byte> Pulse => [0, 0, 0, 0, 0, 0, 0, 0];

    public void Write(Span<byte> target)
    {
        target[0] = Version;
        target[1] = (byte)((IsFirst ? First : 0) | (IsLast ? Last : 0));
        target[2] = target[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Attempt);
    }

    /// <summary>Reads it; null: no part of ours, or of a version that this one doesn't know.</summary>
    public static PartHead? Read(ReadOnlySpan<byte> part) => part.Length < Bytes || part[0] != Version
        ? null
        : new PartHead(
            (part[1] & First) != 0, (part[1] & Last) != 0, BinaryPrimitives.ReadUInt32LittleEndian(part[4..]));
}

/// <summary>
/// Puts one sender's parts together. A node that joins in the middle of a message has missed its
/// beginning. At a view with joiners, therefore, every member drops incomplete messages at the same
/// point in the order, and the sender starts them again: otherwise some members of a view would
/// deliver a message that others never see.
/// </summary>
internal sealed class Assembly
{
    private MemoryStream? _begun;
    private uint _attempt;

    public void Drop()
    {
        _begun?.Dispose();
        _begun = null;
    }

    /// <summary>Takes the next part; the whole message if that was its last.</summary>
    public byte[]? Take(PartHead head, ReadOnlySpan<byte> body)
    {
        if (head.IsFirst)
            Drop();
        if (head is { IsFirst: true, IsLast: true })
            return body.ToArray();
        if (head.IsFirst)
            (_begun, _attempt) = (new MemoryStream(), head.Attempt);
        if (_begun is null || head.Attempt != _attempt || _begun.Length + body.Length > CorosyncEngine.MessageBytesMax)
        {
            Drop();
            return null;
        }

        _begun.Write(body);
        if (!head.IsLast)
            return null;
        byte[] message = _begun.ToArray();
        Drop();
        return message;
    }
}
