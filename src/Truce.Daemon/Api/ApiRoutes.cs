using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Truce.Contracts;
using Truce.Model.Xml;

namespace Truce.Daemon.Api;

/// <summary>A method and a path, whose {NAME} segments match anything, and what it leads to.</summary>
internal abstract record ApiRoute
{
    private ApiRoute(string method, string path) => (Method, Path) = (method, path);

    public string Method { get; }

    public string Path { get; }

    /// <summary>A request of the clients' protocol.</summary>
    public sealed record Call(string Verb, string At, Func<ApiInput, ClientRequest> Make) : ApiRoute(Verb, At)
    {
        /// <summary>The configuration that goes with it as it is, in UTF-8; none: nothing of it.</summary>
        public Func<ApiInput, ReadOnlyMemory<byte>> Configuration { get; init; } = _ => default;
    }

    /// <summary>Server-sent events.</summary>
    public sealed record Stream(string At, Func<ApiInput, StreamStart> Start) : ApiRoute("GET", At);

    /// <summary>What all of this is.</summary>
    public sealed record Description(string At) : ApiRoute("GET", At);
}

/// <summary>What is streamed, and from where on.</summary>
internal abstract record StreamStart
{
    private StreamStart() { }

    /// <summary>What happened after an index, and goes on happening.</summary>
    public sealed record Events(long After) : StreamStart;

    /// <summary>The status, now and after each change.</summary>
    public sealed record Status : StreamStart;
}

/// <summary>What a route reads its request from.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="Queries">The query's variables.</param>
/// <param name="Segments">The path's variable segments.</param>
internal sealed record ApiInput(
    byte[] Bytes, IReadOnlyDictionary<string, string> Queries, IReadOnlyDictionary<string, string> Segments)
{
    public T Body<T>(JsonTypeInfo<T> type) where T : class =>
        JsonSerializer.Deserialize(Bytes, type) ?? throw new JsonException("the body is null");

    /// <summary>The body's text; bytes that aren't UTF-8 are refused, not replaced: they
    /// may be half of a password.</summary>
    /// <exception cref="FormatException">It isn't.</exception>
    public string Text() => Utf8.IsValid(Bytes)
        ? Encoding.UTF8.GetString(Bytes)
        : throw new FormatException("the body isn't UTF-8; do: send UTF-8");

    /// <summary>The body as an XML document in UTF-8, whatever it declares: as it is
    /// where it is that already.</summary>
    /// <exception cref="FormatException">It is empty, or not what it declares.</exception>
    public ReadOnlyMemory<byte> Document() => XmlText.InUtf8(Bytes) switch
    {
        _ when Bytes.Length == 0 => throw new FormatException("the body is empty"),
        (var utf8, null) => utf8,
        (_, { } bad) => throw new FormatException(
            $"line {bad.Line}, byte {bad.Column}: {bad.Message}; do: {bad.Remedy}"),
    };

    public string? Query(string name) => Queries.GetValueOrDefault(name);

    public long? Number(string name, long min, long max)
    {
        if (Query(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= min && number <= max
            ? number
            : throw new FormatException($"{name} must be a number from {min} to {max}");
    }

    public bool Flag(string name) => Query(name) switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        _ => throw new FormatException($"{name} must be true or false"),
    };
}

/// <summary>The HTTP API, version 1, as a table; docs/reference/openapi.json describes the same.</summary>
internal static class ApiRoutes
{
    private const int EventsMax = 1000;
    private const int WaitMsMax = 30_000;

    /// <summary>Any request of the clients' protocol, answered by any reply of
    /// it: what typed clients use.</summary>
    public const string AnyCall = "/v1/call";

    /// <summary>The configuration.</summary>
    public const string Configuration = "/v1/config";

    private const int SmallBodyBytesMax = 64 * 1024;
    private const int ToolBodyBytesMax = 256 * 1024;

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new ApiRoute.Call("GET", "/v1/node", _ => new ClientRequest.Greet(ClientProtocol.Version)),
        new ApiRoute.Call("GET", "/v1/status", _ => new ClientRequest.GetStatus()),
        new ApiRoute.Call("GET", Configuration, i => new ClientRequest.GetConfiguration(
            i.Number("version", 0, long.MaxValue), i.Flag("with_status"))
            {
                Secrets = i.Flag("show_secrets") ? SecretsShown.Shown : SecretsShown.Masked,
            }),
        new ApiRoute.Call("PUT", Configuration, i => new ClientRequest.ApplyConfiguration(
            "", i.Number("expected_version", 0, long.MaxValue), false, i.Query("comment") ?? ""))
            { Configuration = i => i.Document() },
        new ApiRoute.Call(
            "POST", "/v1/config/check", _ => new ClientRequest.ApplyConfiguration("", null, true, ""))
            { Configuration = i => i.Document() },
        new ApiRoute.Call("GET", "/v1/config/history", _ => new ClientRequest.GetConfigurationHistory()),
        new ApiRoute.Call("GET", "/v1/events", i => new ClientRequest.GetEvents(
            i.Number("after", 0, long.MaxValue) ?? 0, (int)(i.Number("limit", 1, EventsMax) ?? 100),
            (int)(i.Number("wait_ms", 0, WaitMsMax) ?? 0))),
        new ApiRoute.Call("GET", "/v1/fence", _ => new ClientRequest.GetFenceHistory()),
        new ApiRoute.Call("POST", "/v1/fence", i =>
        {
            FenceBody body = i.Body(ApiJson.Default.FenceBody);
            return new ClientRequest.FenceNode(body.Node, body.Action, body.Reason);
        }),
        new ApiRoute.Call("POST", "/v1/fence/confirm", i =>
        {
            ConfirmBody body = i.Body(ApiJson.Default.ConfirmBody);
            return new ClientRequest.ConfirmFenced(body.Node, body.Reason);
        }),
        new ApiRoute.Call("POST", "/v1/nodes/{node}/attributes", i =>
        {
            AttributeBody body = i.Body(ApiJson.Default.AttributeBody);
            return new ClientRequest.SetTransient(i.Segments["node"], body.Name, body.Value);
        }),
        new ApiRoute.Call("POST", "/v1/resources/cleanup", i =>
        {
            CleanupBody body = i.Body(ApiJson.Default.CleanupBody);
            return new ClientRequest.Cleanup(body.Resource, body.Node, body.Scope);
        }),
        new ApiRoute.Call("POST", "/v1/fence/release", i =>
        {
            ConfirmBody body = i.Body(ApiJson.Default.ConfirmBody);
            return new ClientRequest.ReleaseFencing(body.Node, body.Reason);
        }),
        new ApiRoute.Call("POST", "/v1/resources/restart", i =>
        {
            RestartBody body = i.Body(ApiJson.Default.RestartBody);
            return new ClientRequest.Restart(body.Resource, body.Node);
        }),
        new ApiRoute.Call("PUT", "/v1/tickets/{ticket}", i =>
        {
            TicketBody body = i.Body(ApiJson.Default.TicketBody);
            return new ClientRequest.SetTicket(i.Segments["ticket"], body.Granted, body.Standby);
        }),
        new ApiRoute.Call("POST", "/v1/agent-tool", i => ToolCallOf(i)),
        new ApiRoute.Stream("/v1/events/stream", i => new StreamStart.Events(i.Number("after", 0, long.MaxValue) ?? 0)),
        new ApiRoute.Stream("/v1/status/stream", _ => new StreamStart.Status()),
        new ApiRoute.Description("/openapi.json"),
        new ApiRoute.Description("/v1/openapi.json"),
        new ApiRoute.Call("POST", AnyCall, i => i.Body(ApiJson.Default.ClientRequest)),
    ];

    /// <summary>The largest body that a path takes.</summary>
    public static int BodyBytesMax(string path) => path switch
    {
        Configuration or "/v1/config/check" => SizeBudget.CibBytesMax,
        AnyCall => SizeBudget.MessageBytesMax,
        "/v1/agent-tool" => ToolBodyBytesMax,
        _ => SmallBodyBytesMax,
    };

    /// <summary>The route for a request, and the path's variable segments; else the
    /// status that says why not.</summary>
    public static (ApiRoute? Route, IReadOnlyDictionary<string, string> Segments, int Status) Find(string method, string path)
    {
        bool known = false;
        foreach (ApiRoute route in All)
        {
            if (Match(route.Path, path) is not { } segments)
                continue;
            known = true;
            if (route.Method == method)
                return (route, segments, 200);
        }

        return (null, new Dictionary<string, string>(), known ? 405 : 404);
    }

    // Tool, resource and arguments, each ended by a zero byte: what a few
    // lines of C can write without escaping.
    private static ClientRequest.RunTool ToolCallOf(ApiInput input)
    {
        string[] words = input.Text().Split('\0');
        return words.Length >= 3
            ? new ClientRequest.RunTool(words[0], words[1], [.. words[2..^1]])
            : throw new FormatException("the body must be TOOL, RESOURCE and arguments, each terminated by a zero byte");
    }

    private static Dictionary<string, string>? Match(string pattern, string path)
    {
        string[] wanted = pattern.Split('/');
        string[] given = path.Split('/');
        if (wanted.Length != given.Length)
            return null;
        Dictionary<string, string> segments = [];
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i].StartsWith('{'))
                segments[wanted[i][1..^1]] = given[i];
            else if (wanted[i] != given[i])
                return null;
        }

        return segments;
    }
}
