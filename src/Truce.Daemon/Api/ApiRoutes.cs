using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>A method and a path, whose {NAME} segments match anything, and the request that it makes.</summary>
internal sealed record ApiRoute(string Method, string Path, Func<ApiInput, ClientRequest> Make);

/// <summary>What a route reads its request from.</summary>
/// <param name="Http">As it came.</param>
/// <param name="Segments">The path's variable segments.</param>
internal sealed record ApiInput(HttpRequest Http, IReadOnlyDictionary<string, string> Segments)
{
    public T Body<T>(JsonTypeInfo<T> type) where T : class =>
        JsonSerializer.Deserialize(Http.Body, type) ?? throw new JsonException("the body is null");

    public string Text() => Encoding.UTF8.GetString(Http.Body);

    public string? Query(string name) => Http.Query.GetValueOrDefault(name);

    public long? Number(string name, long min, long max)
    {
        if (Query(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= min && number <= max
            ? number
            : throw new FormatException($"{name} takes a number from {min} to {max}");
    }

    public bool Flag(string name) => Query(name) switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        _ => throw new FormatException($"{name} takes true or false"),
    };
}

/// <summary>The HTTP API, version 1, as a table; docs/reference/openapi.json describes the same.</summary>
internal static class ApiRoutes
{
    private const int EventsMax = 1000;
    private const int WaitMsMax = 30_000;

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("GET", "/v1/node", _ => new ClientRequest.Greet(ClientProtocol.Version)),
        new("GET", "/v1/status", _ => new ClientRequest.GetStatus()),
        new("GET", "/v1/config", i => new ClientRequest.GetConfiguration(
            i.Number("version", 0, long.MaxValue), i.Flag("with_status"))),
        new("PUT", "/v1/config", i => new ClientRequest.ApplyConfiguration(
            i.Text(), i.Number("expected_version", 0, long.MaxValue), false, i.Query("comment") ?? "")),
        new("POST", "/v1/config/check", i => new ClientRequest.ApplyConfiguration(i.Text(), null, true, "")),
        new("GET", "/v1/config/history", _ => new ClientRequest.GetConfigurationHistory()),
        new("GET", "/v1/events", i => new ClientRequest.GetEvents(
            i.Number("after", 0, long.MaxValue) ?? 0, (int)(i.Number("limit", 1, EventsMax) ?? 100),
            (int)(i.Number("wait_ms", 0, WaitMsMax) ?? 0))),
        new("GET", "/v1/fence", _ => new ClientRequest.GetFenceHistory()),
        new("POST", "/v1/fence", i =>
        {
            FenceBody body = i.Body(ApiJson.Default.FenceBody);
            return new ClientRequest.FenceNode(body.Node, body.Action, body.Reason);
        }),
        new("POST", "/v1/fence/confirm", i =>
        {
            ConfirmBody body = i.Body(ApiJson.Default.ConfirmBody);
            return new ClientRequest.ConfirmFenced(body.Node, body.Reason);
        }),
        new("POST", "/v1/nodes/{node}/attributes", i =>
        {
            AttributeBody body = i.Body(ApiJson.Default.AttributeBody);
            return new ClientRequest.SetTransient(i.Segments["node"], body.Name, body.Value);
        }),
        new("POST", "/v1/resources/cleanup", i =>
        {
            CleanupBody body = i.Body(ApiJson.Default.CleanupBody);
            return new ClientRequest.Cleanup(body.Resource, body.Node, body.Scope);
        }),
        new("POST", "/v1/fence/release", i =>
        {
            ConfirmBody body = i.Body(ApiJson.Default.ConfirmBody);
            return new ClientRequest.ReleaseFencing(body.Node, body.Reason);
        }),
        new("POST", "/v1/resources/restart", i =>
        {
            RestartBody body = i.Body(ApiJson.Default.RestartBody);
            return new ClientRequest.Restart(body.Resource, body.Node);
        }),
        new("PUT", "/v1/tickets/{ticket}", i =>
        {
            TicketBody body = i.Body(ApiJson.Default.TicketBody);
            return new ClientRequest.SetTicket(i.Segments["ticket"], body.Granted, body.Standby);
        }),
        new("POST", "/v1/agent-tool", i => ToolCallOf(i.Http.Body)),
        // What typed clients use: any request of the clients' protocol, answered by any reply of it.
        new("POST", "/v1/call", i => i.Body(ApiJson.Default.ClientRequest)),
    ];

    /// <summary>The route for a request, and the path's variable segments; else the status that says why not.</summary>
    public static (ApiRoute? Route, ApiInput Input, int Status) Find(HttpRequest request)
    {
        bool known = false;
        foreach (ApiRoute route in All)
        {
            if (Match(route.Path, request.Path) is not { } segments)
                continue;
            known = true;
            if (route.Method == request.Method)
                return (route, new ApiInput(request, segments), 200);
        }

        return (null, new ApiInput(request, new Dictionary<string, string>()), known ? 405 : 404);
    }

    // Tool, resource and arguments, each ended by a zero byte: what a few lines of C can write without escaping.
    private static ClientRequest.RunTool ToolCallOf(byte[] body)
    {
        string[] words = Encoding.UTF8.GetString(body).Split('\0');
        return words.Length >= 3
            ? new ClientRequest.RunTool(words[0], words[1], [.. words[2..^1]])
            : throw new FormatException("the body is TOOL, RESOURCE and arguments, each ended by a zero byte");
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
                segments[wanted[i][1..^1]] = Uri.UnescapeDataString(given[i]);
            else if (wanted[i] != given[i])
                return null;
        }

        return segments;
    }
}
