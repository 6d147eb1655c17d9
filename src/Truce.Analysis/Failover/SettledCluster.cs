using Truce.Analysis.Execution;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>The cluster before anything fails: everything runs that the configuration allows.</summary>
internal static class SettledCluster
{
    private const int TransitionsMax = 10;
    private const string Probes = "enable-startup-probes";

    /// <summary>
    /// Plans and executes on paper until nothing is left to do. Probes are left out: a cluster that has run
    /// for a while has done them, and thousands of them would only cost time here.
    /// </summary>
    public static Cib Of(Cib cib, PlanMaker planner, DateTimeOffset now) =>
        Run(WithoutProbes(AnyOnline(cib) ? cib : AllOnline(cib)), planner, now, TransitionsMax);

    /// <summary>Plans and executes on paper, with quorum, until nothing is left to do.</summary>
    /// <param name="cib">Where it begins.</param>
    /// <param name="planner">The scheduler.</param>
    /// <param name="now">What time it is.</param>
    /// <param name="transitionsMax">After so many transitions it is taken as it is.</param>
    public static Cib Run(Cib cib, PlanMaker planner, DateTimeOffset now, int transitionsMax)
    {
        for (int transition = 0; transition < transitionsMax; transition++)
        {
            Plan plan = planner(cib, new PlanOptions { Now = now, Quorum = true });
            if (plan.Graph.Actions.IsEmpty)
                break;
            cib = PaperRun.Carry(cib, plan.Graph, now);
        }

        return cib;
    }

    private static bool AnyOnline(Cib cib) =>
        cib.Status.NodeStates.Any(s => s.RemoteNode != true && s.InCcm is { IsUp: true }
            && s.Crmd is { IsUp: true });

    private static Cib AllOnline(Cib cib)
    {
        StatusDraft draft = new(cib);
        foreach (Node node in cib.Configuration.Nodes.Where(n => n.Type == NodeType.Member))
            draft.Demand(node.Name, node.Id.Value, remote: false).GoOnline();
        return draft.ToCib();
    }

    private static Cib WithoutProbes(Cib cib)
    {
        EquatableArray<AttributeSet> sets = cib.Configuration.ClusterProperties;
        AttributeSet first = sets.IsEmpty ? new AttributeSet { Id = AttributeSets.BootstrapOptions }
            : sets[0];
        AttributeSet changed = first with
        {
            Pairs = first.Pairs.RemoveAll(p =>
                p.Name == Probes).Add(new NameValue("truce-no-probes", Probes, "false")),
        };
        sets = sets.IsEmpty ? [changed] : sets.SetItem(0, changed);
        return cib with { Configuration = cib.Configuration with { ClusterProperties = sets } };
    }
}
