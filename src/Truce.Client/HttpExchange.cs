using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Truce.Client;

/// <summary>One HTTP exchange at a time over one connection, as the API speaks
/// it: bodies with a length.</summary>
internal sealed class HttpExchange(NetworkStream stream)
{
    private const int HeadBytesMax = 16 * 1024;
    private const int BodyBytesMax = 64 * 1024 * 1024;

    private byte[] _buffer = new byte[4096];
    private int _count;

    public async Task<(int Status, byte[] Body)> AskAsync(
        string method, string target, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {target} HTTP/1.1\r\nHost: truce\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancel).ConfigureAwait(false);
        await stream.WriteAsync(body, cancel).ConfigureAwait(false);
        return await ReadAsync(cancel).ConfigureAwait(false);
    }

    private async Task<(int Status, byte[] Body)> ReadAsync(CancellationToken cancel)
    {
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _count).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync(cancel).ConfigureAwait(false);
        string[] lines = Encoding.ASCII.GetString(_buffer, 0, headEnd).Split("\r\n");
        int status = Number(lines[0].Split(' ').ElementAtOrDefault(1));
        int length = Number(lines.FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            ?.Split(':')[1].Trim());
        if (length > BodyBytesMax)
            throw new InvalidDataException($"an answer of {length} bytes");
        byte[] body = new byte[length];
        int buffered = Math.Min(length, _count - headEnd - 4);
        _buffer.AsSpan(headEnd + 4, buffered).CopyTo(body);
        _buffer.AsSpan(headEnd + 4 + buffered, _count - headEnd - 4 - buffered).CopyTo(_buffer);
        _count -= headEnd + 4 + buffered;
        await stream.ReadExactlyAsync(body.AsMemory(buffered), cancel).ConfigureAwait(false);
        return (status, body);
    }

    private async Task FillAsync(CancellationToken cancel)
    {
        if (_count == _buffer.Length && _count >= HeadBytesMax)
            throw new InvalidDataException("an answer without the end of its header");
        if (_count == _buffer.Length)
            Array.Resize(ref _buffer, _count * 2);
        int read = await stream.ReadAsync(_buffer.AsMemory(_count), cancel).ConfigureAwait(false);
        if (read == 0)
            throw new EndOfStreamException("the connection ended before the answer came");
        _count += read;
    }

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException("the answer isn't HTTP");
}
