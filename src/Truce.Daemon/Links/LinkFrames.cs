using System.Buffers.Binary;
using System.Net.Sockets;
using Truce.Contracts;

namespace Truce.Daemon.Links;

/// <summary>Messages on a stream: <c>u32 length</c> (little-endian), then that many bytes.</summary>
internal static class LinkFrames
{
    public const int HeaderBytes = 4;
    public const int MessageBytesMax = RoleProtocol.BytesMax;

    private const int JoinedBytesMax = 64 * 1024;

    /// <summary>The next message; null: the stream ended between messages.</summary>
    /// <exception cref="InvalidDataException">The length is impossible, or the stream
    /// ended within a message.</exception>
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

    /// <summary>Sends a message; a large one isn't copied for its head.</summary>
    public static async ValueTask WriteAsync(NetworkStream stream, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (message.Length <= JoinedBytesMax)
        {
            await stream.WriteAsync(Frame(message), cancellationToken).ConfigureAwait(false);
            return;
        }

        await stream.WriteAsync(Frame(ReadOnlyMemory<byte>.Empty, message.Length), cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public static byte[] Frame(ReadOnlyMemory<byte> message) => Frame(message, message.Length);

    private static byte[] Frame(ReadOnlyMemory<byte> message, int length)
    {
        byte[] frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        message.CopyTo(frame.AsMemory(HeaderBytes));
        return frame;
    }
}
