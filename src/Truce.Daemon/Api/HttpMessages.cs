namespace Truce.Daemon.Api;

/// <summary>One request, whole.</summary>
internal sealed record HttpRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body)
{
    public bool KeepsAlive => !Headers.TryGetValue("connection", out string? value)
        || !value.Equals("close", StringComparison.OrdinalIgnoreCase);
}

/// <summary>One response.</summary>
internal sealed record HttpResponse(int Status, string ContentType, byte[] Body)
{
    public const string Json = "application/json";
}

/// <summary>The request isn't HTTP/1.1 as we read it, or too large; answered with that status, then closed.</summary>
internal sealed class HttpFormatException(int status, string message) : Exception(message)
{
    public int Status => status;
}
