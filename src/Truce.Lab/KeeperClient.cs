using System.Net.Sockets;
using System.Text.Json;
using Truce.Lab.Keeper;

namespace Truce.Lab;

/// <summary>Asks a lab's keeper.</summary>
internal static class KeeperClient
{
    /// <summary>Asks, and gives the keeper's answer.</summary>
    /// <exception cref="LabException">There is no keeper, or it says no.</exception>
    public static async Task<ControlReply> AskAsync(LabPaths lab, ControlRequest request,
        CancellationToken cancel)
    {
        if (await TryAskAsync(lab, request, cancel).ConfigureAwait(false) is not { } reply)
            throw new LabException(LabFailure.NoLab, $"no lab is up in {lab.Root}", "truce lab up");
        return reply.Failure is { } kind ? throw new LabException(kind, reply.Message ?? "", reply.Remedy)
            : reply;
    }

    /// <summary>Asks; null when no keeper answers.</summary>
    public static async Task<ControlReply?> TryAskAsync(LabPaths lab, ControlRequest request,
        CancellationToken cancel)
    {
        try
        {
            using LineConnection keeper = await LineConnection.ConnectAsync(lab.Control, cancel)
                .ConfigureAwait(false);
            await keeper.WriteAsync(JsonSerializer.Serialize(request, LabJson.Default.ControlRequest), cancel)
                .ConfigureAwait(false);
            string? line = await keeper.ReadAsync(cancel).ConfigureAwait(false);
            return line is null ? null : JsonSerializer.Deserialize(line, LabJson.Default.ControlReply);
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            return null;
        }
    }
}
