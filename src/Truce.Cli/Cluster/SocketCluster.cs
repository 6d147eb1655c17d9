using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Truce.Cli.Ending;
using Truce.Client;
using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>A cluster behind the socket of one of its nodes.</summary>
internal sealed class SocketCluster : ICluster
{
    /// <summary>A node that takes connections but answers nothing is as good as dead. Longer
    /// than any question waits.</summary>
    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(60);

    /// <summary>What fits into the kernel's address of a unix socket.</summary>
    private const int PathBytesMax = 107;

    private readonly ClusterClient _client;

    private SocketCluster(ClusterClient client) => _client = client;

    /// <inheritdoc/>
    public string Socket => _client.Socket;

    /// <summary>Connects; null if nothing answers there.</summary>
    public static async Task<ICluster?> ConnectAsync(string socket, CancellationToken cancel)
    {
        if (Encoding.UTF8.GetByteCount(socket) is 0 or > PathBytesMax)
            throw new CommandException(ExitCode.BadInput, $"a socket's path must have 1 to {PathBytesMax} bytes, not {Encoding.UTF8.GetByteCount(socket)}", "use a shorter path for the socket");
        try
        {
            return new SocketCluster(await ClusterClient.ConnectAsync(socket, cancel).ConfigureAwait(false));
        }
        catch (ClusterUnreachableException gone)
        {
            // A door that is closed to this user isn't an empty house, and another socket would say the same.
            if (gone.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.TooManyOpenSockets } refused
                && Failures.Expected(refused) is { } end)
                throw new CommandException(end.Code, gone.Message, end.Remedy);
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_answerMax);
        try
        {
            return await _client.AskAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (ClusterUnreachableException gone)
        {
            throw new CommandException(
                ExitCode.Unreachable, gone.Message, "if it was a change, it may have been made: check truce status on another node before you try again");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCode.TimedOut, $"{Socket}: no answer within {s_answerMax.TotalSeconds} s", "use another node (--node, --socket); see the log of truced on this one");
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ClusterEvent> EventsAsync(long after, CancellationToken cancel) =>
        FollowAsync(ClusterClient.EventsAsync(Socket, after, cancel), cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<ClusterStatusDocument> StatusesAsync(CancellationToken cancel) =>
        FollowAsync(ClusterClient.StatusesAsync(Socket, cancel), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static async IAsyncEnumerable<T> FollowAsync<T>(
        IAsyncEnumerable<T> stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        IAsyncEnumerator<T> items = stream.GetAsyncEnumerator(cancel);
        await using (items.ConfigureAwait(false))
        {
            while (await NextAsync(items).ConfigureAwait(false))
                yield return items.Current;
        }
    }

    private static async Task<bool> NextAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ClusterUnreachableException gone)
        {
            throw new CommandException(ExitCode.Unreachable, gone.Message, "follow it through another node (--node, --socket)");
        }
    }
}
