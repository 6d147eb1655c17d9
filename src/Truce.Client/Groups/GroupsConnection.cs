using System.Net.Sockets;
using Truce.Contracts.Groups;

namespace Truce.Client.Groups;

/// <summary>A connection to a node's server of Group Services, in lines. One reader and one writer at a
/// time.</summary>
public sealed class GroupsConnection : IDisposable
{
    private const int ReadBytesMin = 4096;

    private readonly NetworkStream _stream;
    private byte[] _buffer = new byte[ReadBytesMin];
    private int _start;
    private int _searched;
    private int _end;

    private GroupsConnection(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>What the server said of itself.</summary>
    public GroupsReply.Hello Hello { get; private set; } = new(0, "", 0, 0, 0);

    /// <summary>Connects, and says hello.</summary>
    /// <exception cref="ClusterUnreachableException">No server answers there.</exception>
    /// <exception cref="GroupsRefusedException">It ends the connection, with a reason.</exception>
    public static async Task<GroupsConnection> ConnectAsync(
        string path, ConnectionUse use, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ClusterUnreachableException(
                $"no server of Group Services answers at {path}: {e.Message}", e);
        }

        GroupsConnection connection = new(socket);
        try
        {
            await connection.WriteAsync(new GroupsRequest.Hello(GroupsWire.Version, use), cancel)
                .ConfigureAwait(false);
            connection.Hello = await connection.ReadAsync(cancel).ConfigureAwait(false) as GroupsReply.Hello
                ?? throw new ClusterUnreachableException(
                    $"{path}: what answers isn't a server of Group Services");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes a line.</summary>
    /// <exception cref="ClusterUnreachableException">The connection is broken.</exception>
    public async Task WriteAsync(GroupsRequest request, CancellationToken cancel)
    {
        try
        {
            await _stream.WriteAsync(GroupsWire.Line(request), cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>The next line.</summary>
    /// <exception cref="ClusterUnreachableException">The connection is broken.</exception>
    /// <exception cref="GroupsRefusedException">The server ended it, with a reason.</exception>
    public async Task<GroupsReply> ReadAsync(CancellationToken cancel)
    {
        int at;
        while ((at = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n')) < 0)
        {
            _searched = _end;
            await FillAsync(cancel).ConfigureAwait(false);
        }

        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, _searched + at - _start);
        GroupsReply reply = GroupsWire.ReadReply(line, out string error)
            ?? throw new ClusterUnreachableException($"the server's line can't be read: {error}");
        _start = _searched += at + 1;
        return reply is GroupsReply.Bye bye ? throw new GroupsRefusedException(bye.Code, bye.Reason) : reply;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private async Task FillAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= GroupsWire.ReplyBytesMax)
                throw new ClusterUnreachableException("the server's line has no end");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read;
        try
        {
            read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Broken(e);
        }

        if (read == 0)
            throw Broken(null);
        _end += read;
    }

    private static ClusterUnreachableException Broken(Exception? e) =>
        new("the server of Group Services closed the connection", e);
}

/// <summary>The server ended the connection, or refused a request, and says why.</summary>
/// <param name="code">As docs/reference/groups-wire.md lists them.</param>
/// <param name="reason">For people.</param>
public sealed class GroupsRefusedException(string code, string reason) : Exception($"{code}: {reason}")
{
    /// <summary>As docs/reference/groups-wire.md lists them.</summary>
    public string Code { get; } = code;
}
