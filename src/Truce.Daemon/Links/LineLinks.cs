using System.Collections.Concurrent;
using System.Net.Sockets;
using Truce.Ports;

namespace Truce.Daemon.Links;

/// <summary>Bounds of clients that speak in lines.</summary>
internal sealed record LineLimits
{
    /// <summary>Connections at a time.</summary>
    public int Links { get; init; } = 1_100;

    /// <summary>Connections of one user, root and Truce's own apart.</summary>
    public int LinksOfUser { get; init; } = 64;

    /// <summary>Lines of one connection that the role hasn't dealt with.</summary>
    public int LinesWaiting { get; init; } = 8;

    /// <summary>The longest line to us.</summary>
    public required int LineBytes { get; init; }

    /// <summary>What may wait to be read by one client.</summary>
    public int UnreadBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>What may wait to be read by all clients together; beyond it, whoever has more waiting than
    /// its share loses its connection.</summary>
    public long UnreadBytesOfAll { get; init; } = 64 * 1024 * 1024;
}

/// <summary>
/// Unix sockets on which clients speak in lines. One that doesn't read loses its connection; one that floods
/// waits until the role has dealt with what it wrote; a line that is too long ends the connection with a last
/// line that says so.
/// </summary>
internal sealed class LineLinks(LineLimits limits, byte[] tooLong, uint ownUser, Action<LinkEvent> tell)
    : IClientLinks, IDisposable
{
    // Far from the numbers of the role's other links.
    private const long FirstId = 1L << 32;

    private readonly ConcurrentDictionary<long, LineLink> _links = new();
    private readonly ConcurrentDictionary<uint, int> _ofUser = new();
    private readonly UnreadShare _unread = new(limits.UnreadBytesOfAll);
    private readonly CancellationTokenSource _stop = new();
    private long _lastId = FirstId;

    /// <inheritdoc/>
    public bool TrySend(LinkId link, ReadOnlyMemory<byte> payload) =>
        _links.TryGetValue(link.Value, out LineLink? to) && to.TrySend(payload);

    /// <inheritdoc/>
    public void Close(LinkId link)
    {
        if (_links.TryGetValue(link.Value, out LineLink? known))
            known.EndAfterQueue();
    }

    /// <inheritdoc/>
    public void Taken(LinkId link)
    {
        if (_links.TryGetValue(link.Value, out LineLink? known))
            known.Taken();
    }

    /// <summary>Takes connections at a path.</summary>
    public void Listen(string path, UnixFileMode mode, uint? group)
    {
        Socket listener = UnixSockets.Listen(path, mode, group);
        _ = Task.Run(() => AcceptAsync(listener));
    }

    /// <summary>Ends all, after what is queued for them has been written or a second has passed.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Task[] ends = [.. _links.Values.Select(l => l.EndAfterQueue())];
        Task.WaitAll(ends, LineLink.DrainLimit);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Admit(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
            }
            catch (SocketException)
            {
                await Task.Delay(UnixSockets.AcceptPause, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private void Admit(Socket socket)
    {
        PeerCredentials credentials = UnixSockets.Credentials(socket);
        bool isOwn = credentials.User == 0 || credentials.User == ownUser;
        if (_links.Count < limits.Links
            && (isOwn || _ofUser.GetValueOrDefault(credentials.User) < limits.LinksOfUser))
        {
            // Counted here, by the one task that accepts.
            _ofUser.AddOrUpdate(credentials.User, 1, (_, n) => n + 1);
            LinkId id = new(Interlocked.Increment(ref _lastId));
            LineLink link = new(socket, limits, _unread, tooLong);
            _links[id.Value] = link;
            _ = Task.Run(() => ServeAsync(id, link, credentials));
        }
        else
        {
            socket.Dispose();
        }
    }

    private async Task ServeAsync(LinkId id, LineLink link, PeerCredentials credentials)
    {
        using LineLink ended = link;
        tell(new LinkEvent.Opened(id, RoleKind.Groups, credentials));
        LinkEnd end = await link.RunAsync(line => tell(new LinkEvent.Received(id, line)))
            .ConfigureAwait(false);
        _links.TryRemove(id.Value, out _);
        _ofUser.AddOrUpdate(credentials.User, 0, (_, n) => n - 1);
        tell(new LinkEvent.Closed(id, "") { End = end });
    }
}

/// <summary>What all clients together have left unread.</summary>
internal sealed class UnreadShare(long bytesMax)
{
    private long _bytes;
    private long _links;

    /// <summary>A client comes or goes.</summary>
    public void Count(int change) => Interlocked.Add(ref _links, change);

    /// <summary>More waits for a client, or less.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Whether a client with that much waiting has too much.</summary>
    public bool IsTooMuch(long own) => Interlocked.Read(ref _bytes) > bytesMax
        && own > bytesMax / Math.Max(1, Interlocked.Read(ref _links));
}
