using System.Buffers.Binary;
using System.Net.Sockets;

namespace Truce.Daemon.Links;

/// <summary>Messages on a stream: <c>u32 length</c> (little-endian), then that many bytes.</summary>
internal static class LinkFrames
{
    public const int HeaderBytes = 4;
    public const int MessageBytesMax = 16 * 1024 * 1024;

    /// <summary>The next message; null: the stream ended between messages.</summary>
    /// <exception cref="InvalidDataException">The length is impossible, or the stream ended within a message.</exception>
    public static async Task<byte[]?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderBytes];
        int read = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            return null;
        if (read < HeaderBytes)
            throw new InvalidDataException("the stream ended within a message");
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > MessageBytesMax)
            throw new InvalidDataException($"a message of {length} bytes");
        byte[] message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }

    public static byte[] Frame(ReadOnlyMemory<byte> message)
    {
        byte[] frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame.AsMemory(HeaderBytes));
        return frame;
    }
}
