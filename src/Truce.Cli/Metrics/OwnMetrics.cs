using System.Globalization;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Metrics;

/// <summary>What Truce knows and the field's exporter has no name for.</summary>
internal static class OwnMetrics
{
    private static readonly string[] s_states =
        ["settled", "transition", "planning", "forming", "no-quorum", "waiting", "held", "out"];

    /// <summary>Writes what is so now.</summary>
    public static void Write(Exposition text, MetricsSnapshot snapshot, ClusterStatusDocument status)
    {
        WriteState(text, status);
        WriteHolds(text, status);
        WriteNodes(text, snapshot, status);
        WriteFencing(text, snapshot, status);
        WriteTimes(text, snapshot.Cib, status);
        Exposition.Metric events = text.Begin("truce_events_total",
            "Events by kind, beginning with those that the cluster remembered at the first scrape",
            MetricKind.Counter);
        foreach ((string kind, long count) in snapshot.Events.Kinds)
            events.Add(count, ("kind", kind));
    }

    private static void WriteState(Exposition text, ClusterStatusDocument status)
    {
        Exposition.Metric states =
            text.Begin("truce_state", "The cluster's situation; 1 for the one that it is in");
        foreach (string state in s_states)
            states.Add(state == status.State ? 1 : 0, ("state", state));
        text.Write("truce_settled", "Whether everything that is wanted is done",
            status.State == "settled" ? 1 : 0);
        text.Write("truce_transition_in_progress", "Whether a transition is under way",
            status.Transition is null ? 0 : 1);
        Exposition.Metric actions =
            text.Begin("truce_transition_actions", "Actions of the transition under way");
        actions.Add(status.Transition?.Actions ?? 0, ("state", "all"));
        actions.Add(status.Transition?.Done ?? 0, ("state", "done"));
        actions.Add(status.Transition?.InFlight ?? 0, ("state", "in-flight"));
        text.Write("truce_operations_pending", "Operations that were ordered and aren't done",
            status.Pending.Length);
        text.Write("truce_configuration_version", "The version of the configuration in force",
            status.ConfigurationVersion);
        text.Write("truce_log_index", "How far this node's copy of the cluster's log is", status.Index);
    }

    private static void WriteHolds(Exposition text, ClusterStatusDocument status)
    {
        text.Write("truce_holds", "How many holds there are", status.Holds.Length);
        Exposition.Metric holds =
            text.Begin("truce_hold", "What is held back, and why; the value is always 1");
        foreach (HoldStatus hold in status.Holds)
            holds.Add(1, ("kind", hold.Kind), ("resource", hold.Resource ?? ""), ("node", hold.Node ?? ""));
    }

    private static void WriteNodes(Exposition text, MetricsSnapshot snapshot, ClusterStatusDocument status)
    {
        Exposition.Metric quarantined =
            text.Begin("truce_quarantined", "Whether a node hosts nothing for now");
        foreach (NodeStatus node in status.Nodes)
            quarantined.Add(status.Quarantined.Contains(node.Name) ? 1 : 0, ("node", node.Name));
        Exposition.Metric since = text.Begin("truce_node_since_timestamp_seconds",
            "When a node last joined, left, was lost, was heard again or was proven off");
        foreach (NodeStatus node in status.Nodes.Where(n => snapshot.Events.Since.ContainsKey(n.Name)))
            since.Add(Seconds(snapshot.Events.Since[node.Name]), ("node", node.Name));
        Exposition.Metric links =
            text.Begin("truce_link_up", "Whether a link between two nodes is up, as the first sees it");
        foreach (LinkStatus link in status.Links)
        {
            links.Add(link.Up ? 1 : 0, ("node", status.AnsweredBy), ("peer", link.Node),
                ("link", link.Link.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static void WriteFencing(Exposition text, MetricsSnapshot snapshot, ClusterStatusDocument status)
    {
        Exposition.Metric now = text.Begin("truce_fencing_in_progress", "Whether a node is being fenced");
        foreach (NodeStatus node in status.Nodes)
        {
            bool goesOn = status.Fencing.Any(f => f.Target == node.Name && f.End is null);
            now.Add(goesOn ? 1 : 0, ("node", node.Name));
        }

        var kept = snapshot.Fences.Where(f => f.End is not null).GroupBy(f => (f.Target, f.Result))
            .OrderBy(g => g.Key.Target, NaturalOrder.Instance)
            .ThenBy(g => g.Key.Result, StringComparer.Ordinal).ToArray();
        Exposition.Metric counts =
            text.Begin("truce_fencings", "Fencings that the cluster remembers, by node and result");
        foreach (var fences in kept)
            counts.Add(fences.Count(), ("node", fences.Key.Target), ("result", fences.Key.Result));
        Exposition.Metric last =
            text.Begin("truce_fencing_last_timestamp_seconds", "When a fencing last ended so");
        foreach (var fences in kept)
            last.Add(Seconds(fences.Max(f => f.End!.Value)), ("node", fences.Key.Target),
                ("result", fences.Key.Result));
        if (status.FencePaths is not { } paths)
            return;
        text.Write("truce_fence_paths", "Ways by which a node may have to fence another", paths.Paths);
        text.Write("truce_fence_paths_proven", "Those that were seen to work lately", paths.Proven);
    }

    private static void WriteTimes(Exposition text, Cib? cib, ClusterStatusDocument status)
    {
        Exposition.Metric longest = text.Begin("truce_operation_slower_longest_seconds",
            "The longest of the last runs of an operation that takes more of its timeout than it used to");
        foreach (SlowerOperationStatus slower in status.Slower)
            longest.Add(slower.LongestMs / 1000.0, ("resource", slower.Resource),
                ("operation", slower.Operation));
        Exposition.Metric timeouts =
            text.Begin("truce_operation_slower_timeout_seconds", "The timeout of such an operation");
        foreach (SlowerOperationStatus slower in status.Slower.Where(s => s.TimeoutMs > 0))
            timeouts.Add(slower.TimeoutMs / 1000.0, ("resource", slower.Resource),
                ("operation", slower.Operation));
        if (cib is null)
            return;
        Exposition.Metric recoveries = text.Begin("truce_recovery_last_seconds",
            "How long the last recovery of a resource took, counted from the failure's detection, by cause");
        foreach (MeasuredTimes measured in cib.Status.Measured)
        {
            if (measured is { Kind: MeasuredKind.Recovery, Runs: [.., var last] })
                recoveries.Add(last.TookMs / 1000.0,
                    ("resource", measured.Resource.Value), ("cause", measured.Name));
        }
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
