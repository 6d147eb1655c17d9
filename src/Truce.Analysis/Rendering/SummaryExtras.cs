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
        output.Write("Node Attributes:\n");
        foreach (NodeStatus node in cluster.Nodes)
        {
            string[] shown = [.. node.Attributes
                .Where(a => !IsInternal(a.Key))
                .Select(a => $"    * {a.Key,-32}\t: {a.Value,-10}\n")];
            if (!node.Online || shown.Length == 0)
                continue;
            output.Write($"  * Node: {node.Name}:\n{string.Concat(shown)}");
        }

        output.Write('\n');
    }

    // Fail counts have a list of their own, and promotion scores belong to the agents.
    private static bool IsInternal(string attribute) =>
        attribute.StartsWith('#')
        || attribute is "shutdown" or "terminate" or "standby" or "maintenance" or "probe_complete"
        || attribute.StartsWith("fail-count-", StringComparison.Ordinal)
        || attribute.StartsWith("last-failure-", StringComparison.Ordinal);

    private static void WriteFailCounts(TextWriter output, ClusterState cluster)
    {
        output.Write("Migration Summary:\n");
        foreach (NodeStatus node in cluster.Nodes)
            WriteFailCounts(output, cluster, node.Name);
        output.Write('\n');
    }

    private static void WriteFailCounts(TextWriter output, ClusterState cluster, NodeId node)
    {
        bool any = false;
        foreach (ResourceState.Primitive primitive in Primitives(cluster.Resources))
        {
            foreach (NodeFailures failures in primitive.FailCounts)
            {
                if (failures.Node != node)
                    continue;
                output.Write(any ? "" : $"  * Node: {node}:\n");
                output.Write($"    * {primitive.Id}: fail-count={Scores.Text(failures.Count)}\n");
                any = true;
            }
        }
    }

    private static IEnumerable<ResourceState.Primitive> Primitives(IEnumerable<ResourceState> resources) =>
        resources.SelectMany(Primitives);

    private static IEnumerable<ResourceState.Primitive> Primitives(ResourceState resource) => resource switch
    {
        ResourceState.Primitive p => [p],
        ResourceState.Group g => Primitives(g.Members),
        ResourceState.CloneSet c => Primitives(c.Instances),
        ResourceState.Bundle b => Primitives(b.Replicas.SelectMany(
            r => new[] { r.Address, r.Container, r.Connection, r.Service }.OfType<ResourceState>())),
    };
}
