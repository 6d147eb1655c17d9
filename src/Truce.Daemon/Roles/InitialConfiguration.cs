using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Daemon.Links;

namespace Truce.Daemon.Roles;

/// <summary>
/// truce.conf's initial_config: a configuration for a cluster that has never had one. Every node may bring
/// it; the expected version 0 lets one of them through, and later starts find a version and stop here.
/// </summary>
internal static partial class InitialConfiguration
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);

    public static void ApplyInBackground(string file, string socket, ILogger log) =>
        _ = Task.Run(() => ApplyAsync(file, socket, log));

    private static async Task ApplyAsync(string file, string socket, ILogger log)
    {
        string xml = await File.ReadAllTextAsync(file).ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (await TryAsync(xml, socket, log).ConfigureAwait(false))
                    return;
            }
            catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
            {
                // Our own controller isn't listening yet, or the link broke: once more.
            }

            await Task.Delay(s_pause).ConfigureAwait(false);
        }
    }

    /// <summary>True: the cluster has a configuration now, or this one is refused.</summary>
    private static async Task<bool> TryAsync(string xml, string socket, ILogger log)
    {
        using NetworkStream stream = new(
            await UnixSockets.ConnectAsync(socket, CancellationToken.None).ConfigureAwait(false), ownsSocket: true);
        await AskAsync(stream, new ClientRequest.Greet(ClientProtocol.Version)).ConfigureAwait(false);
        ClientReply now = await AskAsync(stream, new ClientRequest.GetConfiguration(null, false)).ConfigureAwait(false);
        if (now is ClientReply.Configuration { Version: > 0 })
            return true;
        ClientReply reply = await AskAsync(
            stream, new ClientRequest.ApplyConfiguration(xml, 0, false, "initial configuration")).ConfigureAwait(false);
        if (reply is ClientReply.Refused { Kind: RefusalKind.BadInput or RefusalKind.Permission } refused)
        {
            LogRefused(log, refused.Message);
            return true;
        }

        return reply is ClientReply.Done;
    }

    private static async Task<ClientReply> AskAsync(NetworkStream stream, ClientRequest request)
    {
        ClientCall call = new(Guid.NewGuid().ToString("N"), new ClientCaller(0, 0, "initial_config"), request);
        await stream.WriteAsync(LinkFrames.Frame(ClientProtocol.Encode(call))).ConfigureAwait(false);
        byte[] answer = await LinkFrames.ReadAsync(stream, CancellationToken.None).ConfigureAwait(false)
            ?? throw new IOException("the controller closed the link");
        return ClientProtocol.DecodeAnswer(answer, out string error)?.Reply ?? throw new InvalidDataException(error);
    }

    [LoggerMessage(1, LogLevel.Error, "initial_config is refused: {Reason}")]
    private static partial void LogRefused(ILogger log, string reason);
}
