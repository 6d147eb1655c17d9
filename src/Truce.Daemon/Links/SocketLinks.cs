using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Links;

/// <summary>
/// Links over unix sockets. Each has a bounded queue of what isn't sent yet; a peer that doesn't read loses
/// its link. Peers that a role needs are dialled forever, with a bounded pause.
/// </summary>
internal sealed class SocketLinks(Action<LinkEvent> tell, uint ownUser) : ILinks, IDisposable
{
    private const int QueueMessagesMax = 4096;
    private const int LinksMax = 64;
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<long, Link> _links = new();
    private readonly CancellationTokenSource _stop = new();
    private long _lastId;

    public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload)
    {
        if (!_links.TryGetValue(link.Value, out Link? to))
            return false;
        if (payload.Length <= LinkFrames.MessageBytesMax && to.Queue.Writer.TryWrite(payload))
            return true;
        to.End("its queue is full, or a message is too long");
        return false;
    }

    public void Close(LinkId link)
    {
        if (_links.TryGetValue(link.Value, out Link? known))
            known.End("closed by us");
    }

    /// <summary>Takes connections at a path; all of them are of <paramref name="peer"/>.</summary>
    /// <param name="path">Where.</param>
    /// <param name="peer">Whose.</param>
    /// <param name="guest">A role's own user, accepted in addition to root and
    /// the user that Truce runs as.</param>
    public void Listen(string path, RoleKind peer, RoleUser? guest = null)
    {
        RoleUser.Other? other = guest as RoleUser.Other;
        UnixFileMode shared = other is null
            ? UnixFileMode.None
            : UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Socket listener = UnixSockets.Listen(
            path, UnixFileMode.UserRead | UnixFileMode.UserWrite | shared, other?.Group);
        _ = Task.Run(() => AcceptAsync(listener, peer, other));
    }

    /// <summary>Connects to a path, again whenever the connection ends.</summary>
    public void Dial(string path, RoleKind peer) => _ = Task.Run(() => DialAsync(path, peer));

    public void Dispose()
    {
        _stop.Cancel();
        foreach (Link link in _links.Values)
            link.End("this process is exiting");
    }

    private async Task AcceptAsync(Socket listener, RoleKind peer, RoleUser.Other? guest)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Admit(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false), peer, guest);
            }
            catch (SocketException)
            {
                await Task.Delay(UnixSockets.AcceptPause, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private void Admit(Socket socket, RoleKind peer, RoleUser.Other? guest)
    {
        PeerCredentials credentials = UnixSockets.Credentials(socket);
        bool allowed = credentials.User == 0 || credentials.User == ownUser
            || credentials.User == guest?.User;
        if (allowed && _links.Count < LinksMax)
            _ = Task.Run(() => ServeAsync(socket, peer, credentials));
        else
            socket.Dispose();
    }

    private async Task DialAsync(string path, RoleKind peer)
    {
        TimeSpan pause = s_pauseMin;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await UnixSockets.ConnectAsync(path, _stop.Token).ConfigureAwait(false);
                long began = Environment.TickCount64;
                await ServeAsync(socket, peer, UnixSockets.Credentials(socket)).ConfigureAwait(false);
                // A link that ends as soon as it is made isn't dialled ever faster.
                if (Environment.TickCount64 - began > s_pauseMax.TotalMilliseconds)
                    pause = s_pauseMin / 2;
            }
            catch (SocketException)
            {
                // Nothing is listening there yet.
            }

            pause = pause * 2 < s_pauseMax ? pause * 2 : s_pauseMax;
            await Task.Delay(pause, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket socket, RoleKind peer, PeerCredentials credentials)
    {
        LinkId id = new(Interlocked.Increment(ref _lastId));
        using Link link = new(socket);
        _links[id.Value] = link;
        tell(new LinkEvent.Opened(id, peer, credentials));
        Task writing = link.WriteAsync();
        await link.ReadAsync(message => tell(new LinkEvent.Received(id, message))).ConfigureAwait(false);
        _links.TryRemove(id.Value, out _);
        await writing.ConfigureAwait(false);
        tell(new LinkEvent.Closed(id, link.Reason));
    }

    private sealed class Link(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);
        private readonly CancellationTokenSource _end = new();
        private string? _reason;

        public string Reason => _reason ?? "the peer closed it";

        public Channel<ReadOnlyMemory<byte>> Queue { get; } = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(QueueMessagesMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

        public void End(string reason)
        {
            Interlocked.CompareExchange(ref _reason, reason, null);
            Queue.Writer.TryComplete();
            try
            {
                _end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself meanwhile.
            }
        }

        public async Task ReadAsync(Action<byte[]> take)
        {
            try
            {
                while (await LinkFrames.ReadAsync(_stream, _end.Token).ConfigureAwait(false) is { } message)
                    take(message);
                End("the peer closed it");
            }
            catch (Exception e) when (IsEnd(e))
            {
                End(e.Message);
            }
        }

        public async Task WriteAsync()
        {
            try
            {
                await foreach (ReadOnlyMemory<byte> message in Queue.Reader.ReadAllAsync(_end.Token).ConfigureAwait(false))
                    await LinkFrames.WriteAsync(_stream, message, _end.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (IsEnd(e))
            {
                End(e.Message);
            }
        }

        public void Dispose()
        {
            _stream.Dispose();
            _end.Dispose();
        }

        private static bool IsEnd(Exception e) => e is IOException or InvalidDataException or OperationCanceledException
            or ObjectDisposedException or SocketException;
    }
}
