using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Events;

/// <summary>What the cluster remembers of what happened, asked for page by page.</summary>
internal static class EventPages
{
    /// <summary>How many events an answer may hold.</summary>
    public const int Size = 1000;

    /// <summary>All events after an index, oldest first.</summary>
    public static async Task<IReadOnlyList<ClusterEvent>> AfterAsync(
        ICluster cluster, long after, CancellationToken cancel)
    {
        List<ClusterEvent> events = [];
        for (bool more = true; more;)
        {
            ClientReply.Events page = await cluster.AskAsync<ClientReply.Events>(
                new ClientRequest.GetEvents(after, Size, 0), cancel).ConfigureAwait(false);
            events.AddRange(page.Items);
            after = page.Items.IsEmpty ? after : page.Items[^1].Index;
            more = page.Items.Length == Size;
        }

        return events;
    }
}
