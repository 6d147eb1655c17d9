namespace Truce.Cli.Metrics;

/// <summary>What one look at the cluster gave, as Prometheus reads it: a function of the snapshot
/// alone.</summary>
internal static class MetricsText
{
    /// <summary>All metrics. What isn't known is left out, not told as 0.</summary>
    public static string Of(MetricsSnapshot snapshot)
    {
        Exposition text = new();
        if (snapshot.Status is { } status)
        {
            NodeMetrics.Write(text, snapshot, status);
            ResourceMetrics.Write(text, snapshot.Cib, status);
            if (snapshot.Cib is { } cib)
                ConstraintMetrics.Write(text, cib);
            QuorumMetrics.Write(text, snapshot, status);
            OwnMetrics.Write(text, snapshot, status);
        }

        WriteScrape(text, snapshot);
        return text.ToString();
    }

    private static void WriteScrape(Exposition text, MetricsSnapshot snapshot)
    {
        bool answered = snapshot.Status is not null;
        Exposition.Metric took =
            text.Begin("ha_cluster_scrape_duration_seconds", "Duration of a collector scrape");
        took.Add(snapshot.StatusTook.TotalSeconds, ("collector", "corosync"));
        took.Add(snapshot.RestTook.TotalSeconds, ("collector", "pacemaker"));
        Exposition.Metric success = text.Begin("ha_cluster_scrape_success", "Whether a collector succeeded");
        success.Add(answered ? 1 : 0, ("collector", "corosync"));
        success.Add(answered && snapshot.Cib is not null ? 1 : 0, ("collector", "pacemaker"));
        text.Write("truce_up", "Whether this node's cluster manager answered", answered ? 1 : 0);
        if (snapshot.LastSuccess is { } last)
            text.Write("truce_scrape_last_success_timestamp_seconds", "When it last answered everything",
                last.ToUnixTimeMilliseconds() / 1000.0);
        text.Begin("truce_build_info", "The version of the program that answers; the value is always 1")
            .Add(1, ("version", snapshot.Version));
    }
}
