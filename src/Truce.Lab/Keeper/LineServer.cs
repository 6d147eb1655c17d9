using System.Net.Sockets;
using System.Text;

namespace Truce.Lab.Keeper;

/// <summary>Serves text lines on a unix socket, with limits on connections and
/// on the length of a line.</summary>
/// <param name="path">The socket; what lies there is replaced.</param>
/// <param name="serve">Serves one connection until it ends.</param>
internal sealed class LineServer(string path, Func<LineConnection, CancellationToken, Task> serve)
    : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Connections served at a time; further ones wait.</summary>
    public const int ConnectionsMax = 64;

    private readonly SemaphoreSlim _places = new(ConnectionsMax, ConnectionsMax);
    private Socket? _listener;

    /// <summary>Creates the socket, open to everyone who can reach its folder.</summary>
    public void Bind()
    {
        File.Delete(path);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(ConnectionsMax);
    }

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await _places.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                Socket client = await _listener!.AcceptAsync(cancel).ConfigureAwait(false);
                _ = ServeAsync(client, cancel);
            }
            catch (SocketException)
            {
                // Out of descriptors, or the client has gone again: the lab stays.
                _places.Release();
                await Task.Delay(s_pause, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener?.Dispose();
        _places.Dispose();
    }

    private async Task ServeAsync(Socket client, CancellationToken cancel)
    {
        try
        {
            using LineConnection connection = new(client);
            await serve(connection, cancel).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // The client went; nothing is owed to it.
        }
        finally
        {
            _places.Release();
        }
    }
}

/// <summary>One connection of text lines.</summary>
internal sealed class LineConnection(Socket socket) : IDisposable
{
    /// <summary>Bytes that a line may have: a status of 64 nodes fits many times.</summary>
    public const int LineMax = 65_536;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly byte[] _buffer = new byte[LineMax];
    private int _have;

    /// <summary>Connects to a socket.</summary>
    public static async Task<LineConnection> ConnectAsync(string path, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            return new LineConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next line without its end; null when the peer has closed, or
    /// exceeds what a line may have.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        int end;
        while ((end = Array.IndexOf(_buffer, (byte)'\n', 0, _have)) < 0)
        {
            int got = _have == LineMax ? 0 : await _stream.ReadAsync(_buffer.AsMemory(_have), cancel)
                .ConfigureAwait(false);
            if (got == 0)
                return null;
            _have += got;
        }

        string line = Encoding.UTF8.GetString(_buffer, 0, end);
        _have -= end + 1;
        Array.Copy(_buffer, end + 1, _buffer, 0, _have);
        return line;
    }

    /// <summary>Writes a line.</summary>
    public async Task WriteAsync(string line, CancellationToken cancel) =>
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancel).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
