using System.Globalization;
using System.Text;

using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The parts of the summary that are written when asked for.</summary>
internal static class SummaryExtras
{
    /// <summary>Writes them; without titles and bullets where nothing else is written.</summary>
    public static void Write(TextWriter output, Plan plan, SummaryParts parts, bool quiet)
    {
        if (parts.HasFlag(SummaryParts.Attributes))
            WriteAttributes(output, plan.Current);
        if (parts.HasFlag(SummaryParts.FailCounts))
            WriteFailCounts(output, plan.Current);
        bool scores = parts.HasFlag(SummaryParts.Scores), utilization = parts.HasFlag(SummaryParts.Utilization);
        if (!scores && !utilization)
            return;
        if (!quiet)
            output.Write($"{Title(scores, utilization)}:\n");
        string bullet = quiet ? "" : "  * ";
        foreach (UtilizationLine line in utilization ? plan.Utilization : [])
            output.Write($"{bullet}{ScoresText.Line(line)}\n");
        foreach (ScoreLine line in scores ? plan.Scores : [])
            output.Write($"{bullet}{ScoresText.Line(line)}\n");
        if (!quiet)
            output.Write('\n');
    }

    private static string Title(bool scores, bool utilization) => (scores, utilization) switch
    {
        (true, true) => "Assignment Scores and Utilization Information",
        (true, false) => "Assignment Scores",
        (false, _) => "Utilization Information",
    };

    private static void WriteAttributes(TextWriter output, ClusterState cluster)
    {
        StringBuilder text = new();
        foreach (NodeStatus node in cluster.Nodes)
        {
            string[] shown = [.. node.Attributes
                .Where(a => !IsInternal(a.Key))
                .Select(a => $"      * {a.Key,-32}\t: {a.Value,-10}\n")];
            if (node.Online && shown.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"    * Node: {node.Name}:\n{string.Concat(shown)}");
        }

        if (text.Length > 0)
            output.Write($"  * Node Attributes:\n{text}\n");
    }

    // Fail counts have a list of their own, and the rest says how the node itself is.
    private static bool IsInternal(string attribute) =>
        attribute.StartsWith('#')
        || attribute is "shutdown" or "terminate" or "standby" or "maintenance"
        || attribute.StartsWith("fail-count-", StringComparison.Ordinal)
        || attribute.StartsWith("last-failure-", StringComparison.Ordinal);

    private static void WriteFailCounts(TextWriter output, ClusterState cluster)
    {
        output.Write("  * Migration Summary:\n");
        foreach (NodeStatus node in cluster.Nodes)
            WriteFailCounts(output, cluster, node.Name);
        output.Write('\n');
    }

    private static void WriteFailCounts(TextWriter output, ClusterState cluster, NodeId node)
    {
        HashSet<ResourceId> listed = [];
        foreach (ResourceState.Primitive primitive in cluster.Resources.SelectMany(r => r.Primitives))
        {
            foreach (NodeFailures failures in primitive.FailCounts)
            {
                // Anonymous instances share their history, and so their failures.
                if (failures.Node != node || !listed.Add(primitive.HistoryId))
                    continue;
                output.Write(listed.Count > 1 ? "" : $"    * Node: {node}:\n");
                output.Write($"      * {primitive.HistoryId}: {Text(failures)}\n");
            }
        }
    }

    private static string Text(NodeFailures failures)
    {
        string threshold = failures.Threshold == 0
            ? "" : string.Create(CultureInfo.InvariantCulture, $"migration-threshold={failures.Threshold} ");
        string last = failures.LastFailure is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $" last-failure='{DateTimeOffset.FromUnixTimeSeconds(seconds):ddd MMM d HH:mm:ss yyyy}'")
            : "";
        return $"{threshold}fail-count={Scores.Text(failures.Count)}{last}";
    }
}
