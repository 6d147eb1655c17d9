using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Daemon.Links;
using Truce.Ports;

namespace Truce.Daemon.Api;

/// <summary>HTTP on api.sock.</summary>
internal sealed partial class ApiServer(ControllerCalls calls, ApiAccess access, ILogger log) : IDisposable
{
    private const int ConnectionsMax = 256;
    private static readonly TimeSpan s_idleLimit = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();
    private int _connections;

    /// <summary>The API's description.</summary>
    public static byte[] Description { get; } = ReadDescription();

    public void Listen(string path)
    {
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite;
        Socket listener = UnixSockets.Listen(path, mode);
        if (access.GroupId is { } group && !Hosting.NativeProcess.TryGiveToGroup(path, group))
            LogNoGroup(path, group);
        _ = Task.Run(() => AcceptAsync(listener));
    }

    public void Dispose() => _stop.Cancel();

    /// <summary>One request to its response.</summary>
    public async Task<HttpResponse> AnswerAsync(
        HttpRequest request, PeerCredentials peer, CancellationToken cancellationToken)
    {
        if (request is { Method: "GET", Path: "/openapi.json" or "/v1/openapi.json" })
            return new HttpResponse(200, HttpResponse.Json, Description);
        (ApiRoute? route, ApiInput input, int status) = ApiRoutes.Find(request);
        if (route is null)
        {
            return ApiAnswers.Error(
                status, status == 405 ? "method" : "not-found", $"{request.Method} {request.Path} isn't there",
                "GET /openapi.json lists what is");
        }

        try
        {
            return await AnswerAsync(route, route.Make(input), peer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            // The position only: a body may hold secrets.
            string message = e is JsonException j
                ? $"the body isn't the JSON expected here: line {(j.LineNumber ?? 0) + 1}, byte {j.BytePositionInLine}"
                : e.Message;
            return ApiAnswers.From(new ClientReply.Refused(RefusalKind.BadInput, message, []));
        }
    }

    private async Task<HttpResponse> AnswerAsync(
        ApiRoute route, ClientRequest request, PeerCredentials peer, CancellationToken cancellationToken)
    {
        bool whole = route.Path == "/v1/call";
        ClientReply reply = access.RightOf(peer) != ApiRight.None
            ? await calls.CallAsync(request, access.Caller(peer), cancellationToken).ConfigureAwait(false)
            : new ClientReply.Refused(RefusalKind.Permission, $"user {peer.User} may not do this", []);
        return whole ? ApiAnswers.Whole(reply) : ApiAnswers.From(reply);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            if (Interlocked.Increment(ref _connections) <= ConnectionsMax)
            {
                _ = Task.Run(() => ServeAsync(socket));
                continue;
            }

            Interlocked.Decrement(ref _connections);
            socket.Dispose();
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using HttpConnection connection = new(socket);
        try
        {
            PeerCredentials peer = UnixSockets.Credentials(socket);
            bool goOn = true;
            while (goOn)
                goOn = await ServeOneAsync(connection, peer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or said nothing for long.
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task<bool> ServeOneAsync(HttpConnection connection, PeerCredentials peer)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(s_idleLimit);
        try
        {
            HttpRequest? request = await connection.ReadAsync(limit.Token).ConfigureAwait(false);
            if (request is null)
                return false;
            HttpResponse response = await AnswerAsync(request, peer, limit.Token).ConfigureAwait(false);
            await connection.WriteAsync(response, request.KeepsAlive, limit.Token).ConfigureAwait(false);
            return request.KeepsAlive;
        }
        catch (HttpFormatException e)
        {
            HttpResponse response = ApiAnswers.Error(e.Status, e.Status == 413 ? "too-large" : "bad-input", e.Message, "");
            await connection.WriteAsync(response, false, limit.Token).ConfigureAwait(false);
            return false;
        }
    }

    private static byte[] ReadDescription()
    {
        using Stream stream = typeof(ApiServer).Assembly.GetManifestResourceStream("openapi.json")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    [LoggerMessage(1, LogLevel.Warning, "{Path} can't be given to group {Group}: its members can't look")]
    private partial void LogNoGroup(string path, uint group);
}
