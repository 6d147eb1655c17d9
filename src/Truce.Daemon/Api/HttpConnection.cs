using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Truce.Daemon.Api;

/// <summary>
/// HTTP/1.1 on one connection, as much of it as a local API needs: bodies with a length, keep-alive, nothing
/// chunked. (Kestrel does all of it, at 63 MB resident and a third of a second to start.)
/// </summary>
internal sealed class HttpConnection(Socket socket) : IDisposable
{
    private const int HeadBytesMax = 16 * 1024;
    private const int HeadersMax = 64;

    /// <summary>Largest body: a configuration of 8 MiB as a JSON string fits.</summary>
    public const int BodyBytesMax = 16 * 1024 * 1024;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private byte[] _buffer = new byte[4096];
    private int _count;

    /// <summary>The next request; null: the peer closed the connection.</summary>
    /// <exception cref="HttpFormatException">It can't be understood.</exception>
    public async Task<HttpRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }

        string[] lines = Encoding.ASCII.GetString(_buffer, 0, headEnd).Split("\r\n");
        Consume(headEnd + 4);
        Dictionary<string, string> headers = Headers(lines.AsSpan(1));
        byte[] body = await BodyAsync(headers, cancellationToken).ConfigureAwait(false);
        return Request(lines[0], headers, body);
    }

    public async Task WriteAsync(HttpResponse response, bool keepAlive, CancellationToken cancellationToken)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {response.Status} {Reason(response.Status)}\r\nContent-Type: {response.ContentType}\r\n"
            + $"Content-Length: {response.Body.Length}\r\nConnection: {(keepAlive ? "keep-alive" : "close")}\r\n\r\n");
        byte[] bytes = [.. Encoding.ASCII.GetBytes(head), .. response.Body];
        await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _stream.Dispose();

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_count == _buffer.Length)
        {
            if (_buffer.Length >= HeadBytesMax)
                throw new HttpFormatException(431, "the request's head is too long");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = await _stream.ReadAsync(_buffer.AsMemory(_count), cancellationToken).ConfigureAwait(false);
        _count += read;
        return read > 0;
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _count - count).CopyTo(_buffer);
        _count -= count;
    }

    private static Dictionary<string, string> Headers(ReadOnlySpan<string> lines)
    {
        if (lines.Length > HeadersMax)
            throw new HttpFormatException(431, "too many headers");
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new HttpFormatException(400, "a header without a name");
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return headers;
    }

    private async Task<byte[]> BodyAsync(Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.ContainsKey("transfer-encoding"))
            throw new HttpFormatException(411, "a body needs a Content-Length");
        if (!headers.TryGetValue("content-length", out string? text))
            return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length))
            throw new HttpFormatException(400, "Content-Length isn't a number");
        if (length > BodyBytesMax)
            throw new HttpFormatException(413, $"a body may have {BodyBytesMax} bytes");
        if (headers.TryGetValue("expect", out string? expect) && expect == "100-continue")
            await _stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        byte[] body = new byte[length];
        int buffered = Math.Min(length, _count);
        _buffer.AsSpan(0, buffered).CopyTo(body);
        Consume(buffered);
        await _stream.ReadExactlyAsync(body.AsMemory(buffered), cancellationToken).ConfigureAwait(false);
        return body;
    }

    private static HttpRequest Request(string line, Dictionary<string, string> headers, byte[] body)
    {
        string[] words = line.Split(' ');
        if (words.Length != 3 || words[2] is not ("HTTP/1.1" or "HTTP/1.0") || !words[1].StartsWith('/'))
            throw new HttpFormatException(400, "not a request line of HTTP/1.1");
        string[] target = words[1].Split('?', 2);
        Dictionary<string, string> query = new(StringComparer.Ordinal);
        foreach (string pair in (target.Length > 1 ? target[1] : "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            query[Decode(parts[0])] = parts.Length > 1 ? Decode(parts[1]) : "";
        }

        return new HttpRequest(words[0], target[0], query, headers, body);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        423 => "Locked",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    };
}
