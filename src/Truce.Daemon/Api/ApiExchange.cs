using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Truce.Contracts;

namespace Truce.Daemon.Api;

/// <summary>One request and its response: who it is, what they may, how much they send;
/// only then what they want.</summary>
internal sealed class ApiExchange(HttpContext http, Peer peer, ApiRequests requests, ApiAccess access)
{
    private const int PieceBytes = 32 * 1024;
    private const int LargeBodyBytes = 1024 * 1024;

    public async Task AnswerAsync(CancellationToken cancellationToken)
    {
        if (await ObjectionAsync(cancellationToken).ConfigureAwait(false) is { } objection)
        {
            await WriteAsync(objection, cancellationToken).ConfigureAwait(false);
            return;
        }

        long bytes = http.Request.ContentLength ?? 0;
        if (!peer.Account.TryHold(bytes))
        {
            await WriteAsync(Busy("larger request bodies than one user may send at a time"), cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await RouteAsync((int)bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Otherwise several could arrive before the collector frees the first. No other user's large body
            // is accepted until this one's memory is released.
            if (bytes >= LargeBodyBytes)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            peer.Account.Release(bytes);
        }
    }

    private async ValueTask<HttpAnswer?> ObjectionAsync(CancellationToken cancellationToken)
    {
        if (peer.Right == ApiRight.None)
        {
            return ApiAnswers.From(new ClientReply.Refused(
                RefusalKind.Permission, $"user {peer.Credentials.User} may not do this", []));
        }

        if (http.Request.ContentLength is null && http.Request.Headers.TransferEncoding.Count > 0)
            return ApiAnswers.Error(411, "bad-input", "a body needs a Content-Length", "send a Content-Length");
        long bytes = http.Request.ContentLength ?? 0;
        if (bytes > ApiRoutes.BodyBytesMax(http.Request.Path.Value ?? ""))
        {
            return ApiAnswers.Error(
                413, "too-large", $"a body of {bytes} bytes; {ApiRoutes.BodyBytesMax(http.Request.Path.Value ?? "")} are taken here", "");
        }

        if (!await peer.Account.TurnAsync(bytes, cancellationToken).ConfigureAwait(false))
            return Busy("too many requests of this user are waiting");
        // Before the body is read: what can't be allowed takes no memory.
        return http.Request is { Method: "PUT", Path.Value: ApiRoutes.Configuration }
            && await requests.ChangeObjectionAsync(Caller, peer.Right, cancellationToken)
                .ConfigureAwait(false) is { } objection ? ApiAnswers.From(objection) : null;
    }

    private async Task RouteAsync(int bytes, CancellationToken cancellationToken)
    {
        (ApiRoute? route, IReadOnlyDictionary<string, string> segments, int status) =
            ApiRoutes.Find(http.Request.Method, http.Request.Path.Value ?? "");
        if (route is null)
        {
            await WriteAsync(ApiAnswers.Error(
                status, status == 405 ? "method" : "not-found", $"{http.Request.Method} {http.Request.Path.Value} doesn't exist",
                "see GET /openapi.json"), cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] body = new byte[bytes];
        await http.Request.Body.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
        try
        {
            await AnswerAsync(route, new ApiInput(body, Query(), segments), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException && !http.Response.HasStarted)
        {
            await WriteAsync(ApiAnswers.From(new ClientReply.Refused(RefusalKind.BadInput, Problem(e), [])), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(ApiRoute route, ApiInput input, CancellationToken cancellationToken) => route switch
    {
        ApiRoute.Description => WriteAsync(ApiAnswers.Description, cancellationToken),
        ApiRoute.Call call => AnswerAsync(call, input, cancellationToken),
        ApiRoute.Stream stream => stream.Start(input) switch
        {
            StreamStart.Events(var after) => new EventStreams(http.Response, requests, Caller, peer.Right).EventsAsync(after, cancellationToken),
            StreamStart.Status => new EventStreams(http.Response, requests, Caller, peer.Right).StatusAsync(cancellationToken),
        },
    };

    private async Task AnswerAsync(ApiRoute.Call route, ApiInput input, CancellationToken cancellationToken)
    {
        ClientReply reply = await requests.AskAsync(
            route.Make(input), Caller, peer.Right, cancellationToken, route.Configuration(input))
                .ConfigureAwait(false);
        HttpAnswer answer = route.Path == ApiRoutes.AnyCall ? ApiAnswers.Whole(reply) : ApiAnswers.From(reply);
        peer.Account.Charge(answer.Body.Length);
        await WriteAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    private ClientCaller Caller => access.Caller(peer.Credentials);

    // In pieces: what a slow reader hasn't taken yet stays in one place,
    // shared, instead of in each one's buffers.
    private async Task WriteAsync(HttpAnswer answer, CancellationToken cancellationToken)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Body.Length;
        for (int at = 0; at < answer.Body.Length; at += PieceBytes)
        {
            await http.Response.BodyWriter.WriteAsync(
                answer.Body.AsMemory(at, Math.Min(PieceBytes, answer.Body.Length - at)), cancellationToken).ConfigureAwait(false);
        }
    }

    private Dictionary<string, string> Query()
    {
        Dictionary<string, string> query = new(StringComparer.Ordinal);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in http.Request.Query)
        {
            query[name] = values.Count == 1
                ? values[0] ?? ""
                : throw new FormatException($"{name} is given {values.Count} times");
        }

        return query;
    }

    // The position only: a body may hold secrets.
    private static string Problem(Exception e) => e is JsonException j
        ? $"the body isn't valid JSON for this request: line {(j.LineNumber ?? 0) + 1}, byte {j.BytePositionInLine}"
        : e.Message;

    private static HttpAnswer Busy(string why) => ApiAnswers.From(new ClientReply.Refused(RefusalKind.Busy, why, []));
}
