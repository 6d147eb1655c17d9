using System.Net.Sockets;
using System.Text;

namespace Truce.Client;

/// <summary>Server-sent events over one connection. Asked for in HTTP/1.0, which has no chunks:
/// the stream is what follows.</summary>
internal sealed class EventStream(NetworkStream stream)
{
    private const int LineBytesMax = 64 * 1024 * 1024;
    private const int ReadBytes = 16 * 1024;
    private const int HeadLinesMax = 64;

    /// <summary>A node says something every few seconds, if only that it is there.</summary>
    private static readonly TimeSpan s_silenceMax = TimeSpan.FromSeconds(30);

    private byte[] _buffer = new byte[ReadBytes];
    private int _start;
    private int _end;

    /// <summary>Asks; null: the stream has begun, else what is answered instead.</summary>
    public async Task<byte[]?> BeginAsync(string target, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.0\r\nHost: truce\r\nAccept: text/event-stream\r\n\r\n"), cancel)
            .ConfigureAwait(false);
        bool begun = (await LineAsync(cancel).ConfigureAwait(false)).Split(' ') is [_, "200", ..];
        for (int lines = 0; (await LineAsync(cancel).ConfigureAwait(false)).Length > 0; lines++)
        {
            if (lines == HeadLinesMax)
                throw new InvalidDataException("an answer without the end of its header");
        }

        return begun ? null : await RestAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The next document.</summary>
    public async Task<string> NextAsync(CancellationToken cancel)
    {
        const string data = "data: ";
        while (true)
        {
            string line = await LineAsync(cancel).ConfigureAwait(false);
            if (line.StartsWith(data, StringComparison.Ordinal))
                return line[data.Length..];
        }
    }

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        int searched = 0;
        int at;
        while ((at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n')) < 0)
        {
            searched = _end - _start;
            if (!await FillAsync(cancel).ConfigureAwait(false))
                throw new EndOfStreamException("the stream ended");
        }

        string line = Encoding.UTF8.GetString(_buffer, _start, searched + at).TrimEnd('\r');
        _start += searched + at + 1;
        return line;
    }

    private async Task<byte[]> RestAsync(CancellationToken cancel)
    {
        while (await FillAsync(cancel).ConfigureAwait(false))
        {
        }

        return _buffer[_start.._end];
    }

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LineBytesMax)
                throw new InvalidDataException("a line without an end");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_silenceMax);
        try
        {
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), limit.Token).ConfigureAwait(false);
            _end += read;
            return read > 0;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {s_silenceMax.TotalSeconds} s");
        }
    }
}
