using Truce.Client;
using Truce.Contracts;

namespace Truce.Lab;

/// <summary>Whether a cluster has settled, as one of its nodes sees it.</summary>
public static class LabSettling
{
    /// <summary>Asks a node's API: the configuration that the lab began with in force, quorate, nothing under
    /// way (what is held back only a person ends), and every node there. A cluster without a configuration is
    /// settled too, while its first one is being judged.</summary>
    public static async Task<bool> IsSettledAsync(string socket, CancellationToken cancel)
    {
        try
        {
            await using ClusterClient node = await ClusterClient.ConnectAsync(socket, cancel)
                .ConfigureAwait(false);
            return await node.AskAsync(new ClientRequest.GetStatus(), cancel).ConfigureAwait(false)
                is ClientReply.Status { Cluster: { Quorate: true, State: "settled" or "held",
                    ConfigurationVersion: > 0 } cluster }
                && cluster.Nodes.All(n => n.State is "online" or "standby" or "maintenance");
        }
        catch (ClusterUnreachableException)
        {
            return false;
        }
    }
}
