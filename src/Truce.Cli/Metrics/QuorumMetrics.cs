using System.Globalization;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Metrics;

/// <summary>Quorum and links as the field's exporter names them: what Corosync says, if it is the
/// engine.</summary>
internal static class QuorumMetrics
{
    private const string Prefix = "ha_cluster_corosync_";

    /// <summary>Writes them.</summary>
    public static void Write(Exposition text, MetricsSnapshot snapshot, ClusterStatusDocument status)
    {
        text.Write(Prefix + "quorate", "Whether or not the cluster is quorate", status.Quorate ? 1 : 0);
        Dictionary<string, string> ids = (snapshot.Cib?.Configuration.Nodes ?? [])
            .DistinctBy(n => n.Name).ToDictionary(n => n.Name.Value, n => n.Id.Value, StringComparer.Ordinal);
        WriteRings(text, snapshot, status, ids.GetValueOrDefault(status.AnsweredBy, ""));

        Exposition.Metric members =
            text.Begin(Prefix + "member_votes", "How many votes each member contributes");
        foreach (NodeStatus node in status.Nodes.Where(n => n.Votes > 0))
        {
            members.Add(node.Votes, ("node_id", ids.GetValueOrDefault(node.Name, "")), ("node", node.Name),
                ("local", node.Name == status.AnsweredBy ? "true" : "false"));
        }

        Exposition.Metric votes =
            text.Begin(Prefix + "quorum_votes", "Votes of the cluster; one line per type");
        votes.Add(status.Votes.Configured, ("type", "expected_votes"));
        votes.Add(status.Votes.Configured, ("type", "highest_expected"));
        votes.Add(status.Votes.Present, ("type", "total_votes"));
        votes.Add(status.Votes.Needed, ("type", "quorum"));
    }

    // A ring is what this node has of a link: healthy while it reaches all others by it.
    private static void WriteRings(
        Exposition text, MetricsSnapshot snapshot, ClusterStatusDocument status, string id)
    {
        (int Link, bool Up)[] rings =
            [.. status.Links.GroupBy(l => l.Link).OrderBy(g => g.Key).Select(g => (g.Key, g.All(l => l.Up)))];
        Exposition.Metric healthy =
            text.Begin(Prefix + "rings", "The status of each ring; 1 means healthy, 0 means faulty");
        foreach ((int link, bool up) in rings)
        {
            string address = snapshot.Addresses?.Addresses
                .FirstOrDefault(a => a.Node == status.AnsweredBy && a.Link == link)?.Address ?? "";
            healthy.Add(up ? 1 : 0, ("ring_id", ""), ("node_id", id),
                ("number", link.ToString(CultureInfo.InvariantCulture)), ("address", address));
        }

        text.Write(Prefix + "ring_errors", "The total number of faulty rings", rings.Count(r => !r.Up));
    }
}
