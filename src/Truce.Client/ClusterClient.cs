using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Truce.Contracts;

namespace Truce.Client;

/// <summary>
/// A cluster through the API of one of its nodes. Calls over one client follow each other; make another
/// client to ask several things at once.
/// </summary>
public sealed partial class ClusterClient : IAsyncDisposable
{
    private const string Json = "application/json";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly NetworkStream _stream;
    private readonly HttpExchange _http;

    private ClusterClient(string socket, NetworkStream stream)
    {
        (Socket, _stream) = (socket, stream);
        _http = new HttpExchange(stream);
    }

    /// <summary>Through which socket, for messages.</summary>
    public string Socket { get; }

    /// <summary>Connects, to <c>admin.sock</c> next to the socket if the caller has access to it, so that
    /// other users' load on the API doesn't delay root.</summary>
    /// <exception cref="ClusterUnreachableException">Nothing answers there.</exception>
    public static async Task<ClusterClient> ConnectAsync(string socket, CancellationToken cancel) =>
        new(socket, await StreamAsync(socket, cancel).ConfigureAwait(false));

    /// <summary>Asks one thing. A refusal is an answer.</summary>
    /// <exception cref="ClusterUnreachableException">The connection ended first.</exception>
    public async Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancel)
    {
        if (request is ClientRequest.ApplyConfiguration apply)
            return await ApplyAsync(apply, cancel).ConfigureAwait(false);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, ApiFormat.Json.ClientRequest);
        (int status, byte[] answer) = await ExchangeAsync("POST", "/v1/call", Json, body, cancel).ConfigureAwait(false);
        return status == 200 ? Reply(answer, ApiJson.Default.ClientReply) : Refused(status, answer);
    }

    /// <summary>What happens after an index, as it happens; over a connection of its own.</summary>
    /// <exception cref="ClusterUnreachableException">The stream ended.</exception>
    public static IAsyncEnumerable<ClusterEvent> EventsAsync(string socket, long after, CancellationToken cancel) =>
        StreamAsync(
            socket, string.Create(CultureInfo.InvariantCulture, $"/v1/events/stream?after={after}"), ApiJson.Default.ClusterEvent, cancel);

    /// <summary>The status now and after each change; over a connection of its own.</summary>
    /// <exception cref="ClusterUnreachableException">The stream ended.</exception>
    public static IAsyncEnumerable<ClusterStatusDocument> StatusesAsync(string socket, CancellationToken cancel) =>
        StreamAsync(socket, "/v1/status/stream", ApiJson.Default.ClusterStatusDocument, cancel);

    // As it is: in JSON it would be longer than what any configuration may have.
    private async Task<ClientReply> ApplyAsync(ClientRequest.ApplyConfiguration apply, CancellationToken cancel)
    {
        string expected = apply.ExpectedVersion is { } version
            ? string.Create(CultureInfo.InvariantCulture, $"&expected_version={version}")
            : "";
        (string method, string target) = apply.CheckOnly
            ? ("POST", "/v1/config/check")
            : ("PUT", $"/v1/config?comment={Uri.EscapeDataString(apply.Comment)}{expected}");
        (int status, byte[] answer) = await ExchangeAsync(
            method, target, "application/xml", Encoding.UTF8.GetBytes(InUtf8(apply.Xml)), cancel)
            .ConfigureAwait(false);
        return status == 200 ? Reply(answer, ApiJson.Default.Done) : Refused(status, answer);
    }

    // A text that was read from a file may still declare that file's encoding, which these bytes no longer
    // have: a password would become another. What follows keeps its column.
    private static string InUtf8(string xml) => DeclaredEncoding().Replace(
        xml, m => $"{m.Groups[1].Value}UTF-8{m.Groups[3].Value}"
            + new string(' ', Math.Max(0, m.Groups[2].Length - "UTF-8".Length)), 1);

    [GeneratedRegex("^(<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"'])([A-Za-z0-9._-]+)([\"'])")]
    private static partial Regex DeclaredEncoding();

    private static async IAsyncEnumerable<T> StreamAsync<T>(
        string socket, string target, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancel)
    {
        NetworkStream stream = await StreamAsync(socket, cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            EventStream events = new(stream);
            if (await GuardedAsync(socket, () => events.BeginAsync(target, cancel)).ConfigureAwait(false) is { } refused)
                throw new ClusterUnreachableException($"{socket}: {Explanation(refused)}");
            while (true)
            {
                string data = await GuardedAsync(socket, () => events.NextAsync(cancel)).ConfigureAwait(false);
                yield return JsonSerializer.Deserialize(data, type)
                    ?? throw new ClusterUnreachableException($"{socket}: an empty document");
            }
        }
    }

    private static async Task<T> GuardedAsync<T>(string socket, Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or SocketException)
        {
            throw new ClusterUnreachableException($"{socket}: {e.Message}", e);
        }
    }

    private static string Explanation(byte[] answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, ApiJson.Default.ApiError)?.Message ?? "no explanation";
        }
        catch (JsonException)
        {
            return "an unreadable answer";
        }
    }

    private static async Task<NetworkStream> StreamAsync(string socket, CancellationToken cancel)
    {
        string own = Path.Combine(Path.GetDirectoryName(socket) ?? "", ClusterSocket.AdministratorsName);
        if (Path.GetFileName(socket) == ClusterSocket.Name && File.Exists(own))
        {
            try
            {
                return await OpenAsync(own, cancel).ConfigureAwait(false);
            }
            catch (ClusterUnreachableException)
            {
                // No access; or nothing is listening, which the other socket will show.
            }
        }

        return await OpenAsync(socket, cancel).ConfigureAwait(false);
    }

    private static async Task<NetworkStream> OpenAsync(string socket, CancellationToken cancel)
    {
        Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel).ConfigureAwait(false);
            return new NetworkStream(connection, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            connection.Dispose();
            throw new ClusterUnreachableException($"{socket}: {e.Message}", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>One request of the HTTP API as it is, for what has no type here.</summary>
    /// <exception cref="ClusterUnreachableException">The connection ended first.</exception>
    public async Task<(int Status, byte[] Body)> ExchangeAsync(
        string method, string target, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await _http.AskAsync(method, target, contentType, body, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new ClusterUnreachableException($"{Socket}: {e.Message}", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private T Reply<T>(byte[] answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type)
                ?? throw new ClusterUnreachableException($"{Socket}: an empty answer");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new ClusterUnreachableException($"{Socket}: an answer that this version doesn't understand", e);
        }
    }

    private ClientReply.Refused Refused(int status, byte[] answer)
    {
        try
        {
            ApiError error = JsonSerializer.Deserialize(answer, ApiJson.Default.ApiError)
                ?? throw new JsonException("empty");
            RefusalKind kind = Enum.GetValues<RefusalKind>().FirstOrDefault(
                k => Refusals.Code(k) == error.Code, RefusalKind.BadInput);
            return new ClientReply.Refused(kind, error.Message, error.Findings);
        }
        catch (JsonException e)
        {
            throw new ClusterUnreachableException($"{Socket}: status {status} without an explanation", e);
        }
    }
}
