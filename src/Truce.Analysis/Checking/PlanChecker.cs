using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>
/// Checks an emitted plan against its CIB, without the scheduler: reads both by itself and reports
/// what must not be. It is conservative where the CIB leaves doubt (pending or failed operations,
/// rules), so that it doesn't cry wolf.
/// </summary>
public static class PlanChecker
{
    /// <summary>Everything that is wrong with the graph; empty if nothing was found.</summary>
    public static ImmutableArray<PlanFinding> Check(Cib cib, string graphXml)
    {
        ArgumentNullException.ThrowIfNull(cib);
        ArgumentNullException.ThrowIfNull(graphXml);
        CheckedGraph graph = CheckedGraph.Read(graphXml);
        CheckedCluster cluster = new(cib);
        List<PlanFinding> findings = [.. graph.Findings];
        CycleRule.Check(graph, findings);
        LifeRules.Check(graph, findings);
        NodeRules.Check(cluster, graph, findings);
        ActiveElsewhereRules.Check(cluster, graph, findings);
        InstanceRules.Check(cluster, graph, findings);
        OrderRules.Check(cluster, graph, findings);
        PlacementRules.Check(cluster, graph, findings);
        PolicyRules.Check(cluster, graph, findings);
        CollectiveRules.Check(cluster, graph, findings);
        ConnectionRules.Check(cluster, graph, findings);
        MigrationRules.Check(graph, findings);
        TicketRules.Check(cluster, graph, findings);
        return [.. findings.Distinct()];
    }
}
