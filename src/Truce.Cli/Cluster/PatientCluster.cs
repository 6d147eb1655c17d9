using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>
/// A cluster whose node may lose its controller or its API for a moment, in the middle of a command. Once it
/// has answered, it is asked again for up to ten seconds: what only reads, and what it refused because no
/// controller was there to take it.
/// </summary>
/// <param name="opened">The cluster, connected.</param>
/// <param name="connect">Connects to a socket again; null: nothing answers there.</param>
/// <param name="time">The clock.</param>
internal sealed class PatientCluster(
    ICluster opened, Func<string, CancellationToken, Task<ICluster?>> connect, TimeProvider time) : ICluster
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private ICluster _cluster = opened;
    private bool _hasAnswered;

    /// <summary>Whether it was asked for what changes something.</summary>
    public bool MayHaveChanged { get; private set; }

    /// <inheritdoc/>
    public string Socket => _cluster.Socket;

    /// <inheritdoc/>
    public async Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancel)
    {
        long begin = time.GetTimestamp();
        MayHaveChanged |= !OnlyReads(request);
        while (true)
        {
            bool isPatient = _hasAnswered && time.GetElapsedTime(begin) < s_limit;
            try
            {
                ClientReply reply = await _cluster.AskAsync(request, cancel).ConfigureAwait(false);
                if (!isPatient || !IsWorthRepeating(request, reply))
                {
                    _hasAnswered |= reply is not ClientReply.Refused;
                    return reply;
                }
            }
            catch (CommandException gone) when (
                isPatient && gone.Code == ExitCode.Unreachable && OnlyReads(request))
            {
                await ReconnectAsync(cancel).ConfigureAwait(false);
            }

            await Task.Delay(s_pause, time, cancel).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ClusterEvent> EventsAsync(long after, CancellationToken cancel) =>
        _cluster.EventsAsync(after, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<ClusterStatusDocument> StatusesAsync(CancellationToken cancel) =>
        _cluster.StatusesAsync(cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task ReconnectAsync(CancellationToken cancel)
    {
        if (await connect(Socket, cancel).ConfigureAwait(false) is not { } anew)
            return;
        await _cluster.DisposeAsync().ConfigureAwait(false);
        _cluster = anew;
    }

    // A change that reached a controller may have been made, and isn't asked for twice.
    private static bool IsWorthRepeating(ClientRequest request, ClientReply reply) => reply switch
    {
        ClientReply.Refused { Kind: RefusalKind.NotReady } => true,
        ClientReply.Refused { Kind: RefusalKind.TimedOut } => OnlyReads(request),
        _ => false,
    };

    private static bool OnlyReads(ClientRequest request) => request
        is ClientRequest.GetStatus or ClientRequest.GetConfiguration or ClientRequest.GetConfigurationHistory
        or ClientRequest.GetEvents or ClientRequest.GetFenceHistory
        or ClientRequest.ApplyConfiguration { CheckOnly: true };
}
