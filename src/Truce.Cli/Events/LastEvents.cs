using System.Collections.Immutable;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Events;

/// <summary>The last few events, kept up to date by asking for what is new.</summary>
internal sealed class LastEvents
{
    private const int Max = 5;
    private long _index;
    private long _seen;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<ClusterEvent> Items { get; private set; } = [];

    /// <summary>Asks for what happened since. A node whose state is earlier than the one that was last shown
    /// (another cluster, or one that began anew) is read from its beginning.</summary>
    public async Task RefreshAsync(ICluster cluster, long clusterIndex, CancellationToken cancel)
    {
        if (clusterIndex < _index)
            (_seen, Items) = (0, []);
        _index = clusterIndex;
        IReadOnlyList<ClusterEvent> fresh =
            await EventPages.AfterAsync(cluster, _seen, cancel).ConfigureAwait(false);
        if (fresh.Count == 0)
            return;
        _seen = fresh[^1].Index;
        Items = [.. Items.Concat(fresh).TakeLast(Max)];
    }
}
