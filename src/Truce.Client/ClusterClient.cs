using System.Net.Sockets;
using System.Text.Json;
using Truce.Contracts;

namespace Truce.Client;

/// <summary>
/// A cluster through the API of one of its nodes. Calls over one client follow each other; make another client to ask
/// several things at once.
/// </summary>
public sealed class ClusterClient : IAsyncDisposable
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

    /// <summary>Connects.</summary>
    /// <exception cref="ClusterUnreachableException">Nobody answers there.</exception>
    public static async Task<ClusterClient> ConnectAsync(string socket, CancellationToken cancel)
    {
        Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel).ConfigureAwait(false);
            return new ClusterClient(socket, new NetworkStream(connection, ownsSocket: true));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            connection.Dispose();
            throw new ClusterUnreachableException($"{socket}: {e.Message}", e);
        }
    }

    /// <summary>Asks one thing. A refusal is an answer.</summary>
    /// <exception cref="ClusterUnreachableException">The connection ended first.</exception>
    public async Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancel)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.ClientRequest);
        (int status, byte[] answer) = await ExchangeAsync("POST", "/v1/call", Json, body, cancel).ConfigureAwait(false);
        return status == 200 ? Reply(answer) : Refused(status, answer);
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

    private ClientReply Reply(byte[] answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, ApiJson.Default.ClientReply)
                ?? throw new ClusterUnreachableException($"{Socket}: an empty answer");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new ClusterUnreachableException($"{Socket}: an answer that this version doesn't know", e);
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
