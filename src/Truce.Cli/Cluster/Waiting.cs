using Truce.Contracts;

namespace Truce.Cli.Cluster;

/// <summary>Waits for what a command set going.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a command waits for the cluster by default.</summary>
    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(120);

    /// <summary>Asks until the status is as wished; false if that wasn't so within the limit.</summary>
    public static Task<bool> UntilAsync(
        this ICluster cluster, TimeProvider time, TimeSpan limit, Func<ClusterStatusDocument, bool> isSo, CancellationToken cancel) =>
        UntilAsync(time, limit, async () => isSo(await cluster.StatusAsync(cancel).ConfigureAwait(false)), cancel);

    /// <summary>Asks until it is so; false if that wasn't so within the limit.</summary>
    public static async Task<bool> UntilAsync(
        TimeProvider time, TimeSpan limit, Func<Task<bool>> isSoAsync, CancellationToken cancel)
    {
        long begin = time.GetTimestamp();
        while (true)
        {
            if (await isSoAsync().ConfigureAwait(false))
                return true;
            if (time.GetElapsedTime(begin) > limit)
                return false;
            await Task.Delay(s_pause, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Whether all that can be done for the configuration's version has been done: the cluster is
    /// settled, or held by what only a person can end.</summary>
    public static bool IsAtRest(this ClusterStatusDocument status, long version) =>
        status.ConfigurationVersion >= version && status.State is ("settled" or "held");

    /// <summary>Where a resource, or the members of one, are active.</summary>
    public static IEnumerable<string> NodesOf(this ClusterStatusDocument status, IReadOnlyCollection<string> resources) =>
        status.Resources
            .Where(r => r.IsActive && resources.Contains(r.Id))
            .Select(r => r.Node!)
            .Distinct();
}
