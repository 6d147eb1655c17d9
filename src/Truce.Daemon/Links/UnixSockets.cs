using System.Buffers.Binary;
using System.Net.Sockets;
using Truce.Ports;

namespace Truce.Daemon.Links;

/// <summary>Unix sockets with known owners.</summary>
internal static class UnixSockets
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int CredentialBytes = 12;

    /// <summary>Before the next attempt, where no connection can be accepted: descriptors or memory ran out,
    /// which the closing of others cures.</summary>
    public static TimeSpan AcceptPause { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Binds and listens; what lies at the path is replaced, as only one process of a role runs
    /// (its lock sees to that).</summary>
    /// <param name="path">Where.</param>
    /// <param name="mode">Who may connect.</param>
    /// <param name="group">The group that <paramref name="mode"/> applies to;
    /// null for that of this process.</param>
    public static Socket Listen(string path, UnixFileMode mode, uint? group = null)
    {
        File.Delete(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        // The group first: until the mode is set, the socket is as narrow as the umask leaves it.
        if (group is { } given)
            _ = Hosting.NativeProcess.TryGiveToGroup(path, given);
        File.SetUnixFileMode(path, mode);
        socket.Listen(128);
        return socket;
    }

    public static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Who is at the other end, as the kernel says.</summary>
    public static PeerCredentials Credentials(Socket socket)
    {
        Span<byte> value = stackalloc byte[CredentialBytes];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, value);
        return new PeerCredentials(
            BinaryPrimitives.ReadInt32LittleEndian(value),
            BinaryPrimitives.ReadUInt32LittleEndian(value[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(value[8..]));
    }
}
