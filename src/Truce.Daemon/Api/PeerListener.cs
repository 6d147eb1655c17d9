using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Truce.Daemon.Links;
using Truce.Ports;

namespace Truce.Daemon.Api;

/// <summary>Who is at the other end of a connection, as the kernel said when it was accepted.</summary>
internal sealed record Peer(PeerCredentials Credentials, ApiRight Right, CallerAccount Account);

/// <summary>
/// Accepts connections for Kestrel. A user with too many is turned away here, before anything is allocated:
/// behind this there are buffers, requests and a controller.
/// </summary>
internal sealed partial class PeerListener(
    EndPoint path, Socket listener, ApiAccess access, UserQuotas quotas, SocketConnectionContextFactory connections, ILogger log)
    : IConnectionListener
{
    // Long enough that turning connections away costs little, short enough to go unnoticed by others.
    private static readonly TimeSpan s_turnedAwayPause = TimeSpan.FromMilliseconds(5);
    private bool _saidFull;

    public EndPoint EndPoint => path;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (Admit(socket) is { } connection)
                    return connection;
                socket.Dispose();
                await Task.Delay(s_turnedAwayPause, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException e)
            {
                if (!_saidFull)
                    LogCannotAccept(path.ToString(), e.Message);
                _saidFull = true;
                await Task.Delay(UnixSockets.AcceptPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private ConnectionContext? Admit(Socket socket)
    {
        try
        {
            PeerCredentials credentials = UnixSockets.Credentials(socket);
            ApiRight right = access.RightOf(credentials);
            CallerAccount account = quotas.Of(credentials.User, right);
            if (!account.TryConnect())
                return null;
            ConnectionContext connection = connections.Create(socket);
            connection.Features.Set(new Peer(credentials, right, account));
            connection.ConnectionClosed.Register(account.Disconnect);
            return connection;
        }
        catch (SocketException)
        {
            // It was gone before we looked.
            return null;
        }
    }

    [LoggerMessage(10, LogLevel.Error, "{Path}: no connection can be accepted for now: {Reason}")]
    private partial void LogCannotAccept(string? path, string reason);
}

/// <summary>Binds the API's sockets for Kestrel.</summary>
internal sealed class PeerListeners(ApiAccess access, UserQuotas quotas, ILogger log) : IConnectionListenerFactory, IDisposable
{
    private const int BufferBytesMax = 64 * 1024;

    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions { IOQueueCount = 1, MaxReadBufferSize = BufferBytesMax, MaxWriteBufferSize = BufferBytesMax },
        log);

    private readonly Dictionary<string, Socket> _bound = [];

    /// <summary>A socket that listens already, for Kestrel to take over.</summary>
    public void Add(string path, Socket listener) => _bound[path] = listener;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new PeerListener(endpoint, _bound[endpoint.ToString()!], access, quotas, _connections, log));

    public void Dispose() => _connections.Dispose();
}
