using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Metrics;

/// <summary>The nodes, and the options that concern all of them, as the field's exporter names
/// them.</summary>
internal static class NodeMetrics
{
    private const string Prefix = "ha_cluster_pacemaker_";
    private const string Offline = "offline";

    // What crm_mon leaves out too: the cluster's own bookkeeping.
    private static readonly string[] s_internal = ["fail-count-", "last-failure-", "#"];
    private static readonly string[] s_internalNames = ["probe_complete", "shutdown", "standby", "terminate"];

    /// <summary>Writes them.</summary>
    public static void Write(Exposition text, MetricsSnapshot snapshot, ClusterStatusDocument status)
    {
        Exposition.Metric nodes = text.Begin(Prefix + "nodes",
            "The status of each node in the cluster; 1 means the node is in that status, 0 otherwise");
        foreach ((string node, NodeType type, string state) in Known(snapshot.Cib, status))
        {
            foreach ((string word, bool holds) in Statuses(node, state, status.Coordinator))
                nodes.Add(holds ? 1 : 0, ("node", node), ("type", Word(type)), ("status", word));
        }

        if (snapshot.Cib is not { } cib)
            return;
        WriteAttributes(text, cib);
        ClusterOptions options = ClusterOptions.From(cib.Configuration, null);
        text.Write(Prefix + "stonith_enabled", "Whether or not fencing is enabled",
            options.FencingEnabled ? 1 : 0);
        text.Write(Prefix + "maintenance_mode_enabled",
            "Whether or not maintenance-mode is on for the whole cluster",
            options.MaintenanceMode ? 1 : 0);
        if (snapshot.ConfiguredAt is { } at)
            text.Write(Prefix + "config_last_change",
                "When the configuration was last changed, in seconds since 1970",
                at.ToUnixTimeSeconds());
    }

    // A node that is configured and was never seen is one that is off.
    private static IEnumerable<(string Node, NodeType Type, string State)> Known(
        Cib? cib, ClusterStatusDocument status)
    {
        Dictionary<string, NodeType> types = (cib?.Configuration.Nodes ?? [])
            .DistinctBy(n => n.Name).ToDictionary(n => n.Name.Value, n => n.Type, StringComparer.Ordinal);
        foreach (NodeStatus node in status.Nodes)
            yield return (node.Name, types.GetValueOrDefault(node.Name), node.State);
        foreach ((string name, NodeType type) in types.Where(t => status.Nodes.All(n => n.Name != t.Key)))
            yield return (name, type, Offline);
    }

    private static (string Word, bool Holds)[] Statuses(string node, string state, string? coordinator) =>
    [
        ("online", state is "online" or "standby" or "maintenance" or "shutdown"),
        ("standby", state == "standby"),
        // Truce makes no difference between a standby asked for and one that a failure led to.
        ("standby_onfail", false),
        ("maintenance", state == "maintenance"),
        ("pending", state == "pending"),
        ("unclean", state == "unclean"),
        ("shutdown", state == "shutdown"),
        ("expected_up", state is not (Offline or "shutdown")),
        ("dc", node == coordinator),
    ];

    private static string Word(NodeType type) => type switch
    {
        NodeType.Member => "member",
        NodeType.Ping => "ping",
        NodeType.Remote => "remote",
    };

    private static void WriteAttributes(Exposition text, Cib cib)
    {
        Exposition.Metric attributes =
            text.Begin(Prefix + "node_attributes", "Attributes of each node; the value is always 1");
        ConfigurationIndex index = new(cib.Configuration);
        foreach (Node node in cib.Configuration.Nodes)
        {
            EquatableArray<AttributeSet> transient =
                HistoryReading.Node(cib.Status, node.Id)?.TransientAttributes?.Sets ?? [];
            // One set for each name: of two values the transient one counts, as it does to the scheduler.
            SortedDictionary<string, string> values = new(StringComparer.Ordinal);
            EquatableArray<AttributeSet> permanent = index.Resolve(node.InstanceAttributes);
            foreach (NameValue pair in permanent.Concat(transient).SelectMany(s => s.Pairs))
            {
                if (pair is { Name: { } name, Value: { } value } && !IsInternal(name))
                    values[name] = value;
            }

            foreach ((string name, string value) in values)
                attributes.Add(1, ("node", node.Name.Value), ("name", name), ("value", value));
        }
    }

    private static bool IsInternal(string name) => s_internalNames.Contains(name)
        || Array.Exists(s_internal, i => name.StartsWith(i, StringComparison.Ordinal));
}
