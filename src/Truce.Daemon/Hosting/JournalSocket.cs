using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Truce.Daemon.Hosting;

/// <summary>
/// The journal's own protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram an entry, with fields that
/// can be searched for. Sending never waits: what the journal doesn't take at once goes to standard error.
/// </summary>
internal sealed class JournalSocket : IDisposable
{
    /// <summary>Where systemd listens.</summary>
    public const string Address = "/run/systemd/journal/socket";

    private const string StreamVariable = "JOURNAL_STREAM";
    private const string StandardError = "/proc/self/fd/2";
    private const string Message = "MESSAGE";

    // A field is to be searched for, not read: longer ones are cut.
    private const int FieldCharactersMax = 256;

    // Shorter than that, a message isn't worth its entry.
    private const int MessageCharactersMin = 256;

    private readonly UnixDomainSocketEndPoint _address;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
    {
        Blocking = false,
    };

    /// <summary>A socket to a journal that listens there.</summary>
    public JournalSocket(string address) => _address = new UnixDomainSocketEndPoint(address);

    /// <summary>The journal that standard error goes to; null: it goes elsewhere, and so does the log.
    /// </summary>
    public static JournalSocket? OfProcess()
    {
        string? stream = Environment.GetEnvironmentVariable(StreamVariable);
        try
        {
            return IsStream(stream, File.ResolveLinkTarget(StandardError, false)?.Name)
                ? new JournalSocket(Address)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether standard error is the stream that systemd has named: someone who redirects it wants
    /// to have the lines.</summary>
    /// <param name="named">Device and inode, as <c>8:1234</c>.</param>
    /// <param name="standardError">What standard error is, as <c>socket:[1234]</c>.</param>
    internal static bool IsStream(string? named, string? standardError) =>
        named?.Split(':') is [_, { Length: > 0 } inode] && standardError == $"socket:[{inode}]";

    /// <summary>Sends an entry.</summary>
    /// <param name="message">For people; cut where it is too long for a datagram.</param>
    /// <param name="fields">Names and values; empty values are left out.</param>
    /// <returns>Whether the journal has taken it.</returns>
    public bool TrySend(string message, IEnumerable<KeyValuePair<string, string>> fields)
    {
        ArrayBufferWriter<byte> others = new();
        foreach ((string name, string value) in fields)
            Add(others, name, value.Length > FieldCharactersMax ? value[..FieldCharactersMax] + "…" : value);
        for (string text = message; ; text = message[..(text.Length / 2)] + "…")
        {
            ArrayBufferWriter<byte> entry = new();
            Add(entry, Message, text);
            entry.Write(others.WrittenSpan);
            SocketError error = Send(entry.WrittenSpan);
            if (error != SocketError.MessageSize || text.Length <= MessageCharactersMin)
                return error == SocketError.Success;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // A value with a line end is preceded by its length.
    private static void Add(ArrayBufferWriter<byte> entry, string name, string value)
    {
        if (value.Length == 0)
            return;
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        entry.Write(Encoding.ASCII.GetBytes(name));
        if (value.Contains('\n', StringComparison.Ordinal))
        {
            entry.Write("\n"u8);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.GetSpan(sizeof(ulong)), (ulong)bytes.Length);
            entry.Advance(sizeof(ulong));
        }
        else
        {
            entry.Write("="u8);
        }

        entry.Write(bytes);
        entry.Write("\n"u8);
    }

    private SocketError Send(ReadOnlySpan<byte> entry)
    {
        try
        {
            _socket.SendTo(entry, SocketFlags.None, _address);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.Shutdown;
        }
    }
}
