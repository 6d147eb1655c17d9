using System.Net.Sockets;
using System.Threading.Channels;
using Truce.Ports;

namespace Truce.Daemon.Links;

/// <summary>One client's connection, read and written in lines.</summary>
internal sealed class LineLink : IDisposable
{
    private const int ReadBytesMin = 1024;
    private const int QueueMessagesMax = 8_192;

    private readonly NetworkStream _stream;
    private readonly LineLimits _limits;
    private readonly UnreadShare _unread;
    private readonly byte[] _tooLong;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _drained = new();
    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(QueueMessagesMax) { SingleReader = true });

    private long _waiting;
    private int _ending;

    public LineLink(Socket socket, LineLimits limits, UnreadShare unread, byte[] tooLong)
    {
        (_limits, _unread, _tooLong) = (limits, unread, tooLong);
        _stream = new NetworkStream(socket, ownsSocket: true);
        _room = new SemaphoreSlim(limits.LinesWaiting);
    }

    /// <summary>How long a client that is let go may take to read its last lines.</summary>
    public static TimeSpan DrainLimit { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Queues lines; false: the client doesn't read, and has lost its connection.</summary>
    public bool TrySend(ReadOnlyMemory<byte> lines)
    {
        long waiting = Interlocked.Add(ref _waiting, lines.Length);
        _unread.Add(lines.Length);
        if (waiting <= _limits.UnreadBytes && !_unread.IsTooMuch(waiting) && _queue.Writer.TryWrite(lines))
            return true;
        Interlocked.Add(ref _waiting, -lines.Length);
        _unread.Add(-lines.Length);
        Cancel();
        return false;
    }

    /// <summary>The role has dealt with a line.</summary>
    public void Taken()
    {
        try
        {
            _room.Release();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself meanwhile.
        }
    }

    /// <summary>Ends it once everything queued is written, or the client takes too long to read it.</summary>
    public Task EndAfterQueue()
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            _queue.Writer.TryComplete();
            try
            {
                _end.CancelAfter(DrainLimit);
            }
            catch (ObjectDisposedException)
            {
                // It has ended by itself meanwhile.
            }
        }

        return _drained.Task;
    }

    /// <summary>Reads and writes until it ends; whose end it was.</summary>
    public async Task<LinkEnd> RunAsync(Action<byte[]> take)
    {
        _unread.Count(1);
        Task writing = WriteAsync();
        LinkEnd end = await ReadAsync(take).ConfigureAwait(false);
        if (end == LinkEnd.Peer)
            Cancel();
        await writing.ConfigureAwait(false);
        _unread.Count(-1);
        _unread.Add(-Interlocked.Exchange(ref _waiting, 0));
        return end;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _end.Dispose();
        _room.Dispose();
    }

    private async Task<LinkEnd> ReadAsync(Action<byte[]> take)
    {
        LineBuffer buffer = new(_limits.LineBytes, ReadBytesMin);
        try
        {
            while (true)
            {
                while (buffer.TryTake() is { } line)
                {
                    await _room.WaitAsync(_end.Token).ConfigureAwait(false);
                    if (Volatile.Read(ref _ending) == 0)
                        take(line);
                }

                if (buffer.IsFull)
                {
                    TrySend(_tooLong);
                    await EndAfterQueue().ConfigureAwait(false);
                    return LinkEnd.Unknown;
                }

                int read = await _stream.ReadAsync(buffer.Room(), _end.Token).ConfigureAwait(false);
                if (read == 0)
                    return LinkEnd.Peer;
                buffer.Received(read);
            }
        }
        catch (IOException e) when (
            e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // It closed its end without having read everything.
            return LinkEnd.Peer;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return LinkEnd.Unknown;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> lines in _queue.Reader.ReadAllAsync(_end.Token)
                .ConfigureAwait(false))
            {
                await _stream.WriteAsync(lines, _end.Token).ConfigureAwait(false);
                Interlocked.Add(ref _waiting, -lines.Length);
                _unread.Add(-lines.Length);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader has seen it, or will.
        }

        _drained.TrySetResult();
        // What the client wrote meanwhile is no longer of interest.
        Cancel();
    }

    private void Cancel()
    {
        Interlocked.Exchange(ref _ending, 1);
        _queue.Writer.TryComplete();
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself meanwhile.
        }
    }
}

/// <summary>Parts what comes into lines, within a bound.</summary>
internal sealed class LineBuffer(int lineBytesMax, int readBytesMin)
{
    private byte[] _bytes = new byte[readBytesMin];
    private int _start;
    private int _searched;
    private int _end;

    /// <summary>Whether a line is longer than it may be.</summary>
    public bool IsFull => _end - _start > lineBytesMax;

    /// <summary>The next whole line, without its end; null: more has to come.</summary>
    public byte[]? TryTake()
    {
        int at = _bytes.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (at < 0)
        {
            _searched = _end;
            return null;
        }

        byte[] line = _bytes[_start..(_searched + at)];
        _start = _searched += at + 1;
        return line;
    }

    /// <summary>Where to read to.</summary>
    public Memory<byte> Room()
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
        }

        // Grows with what really comes: a thousand clients that say little cost little.
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(_bytes.Length * 2, lineBytesMax + readBytesMin));
        return _bytes.AsMemory(_end);
    }

    /// <summary>That much was read.</summary>
    public void Received(int count) => _end += count;
}
