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
    public static Cib Of(Cib cib, PlanMaker planner, DateTimeOffset now)
    {
        Cib settled = WithoutProbes(AnyOnline(cib) ? cib : AllOnline(cib));
        for (int transition = 0; transition < TransitionsMax; transition++)
        {
            Plan plan = planner(settled, new PlanOptions { Now = now, Quorum = true });
            if (plan.Graph.Actions.IsEmpty)
                break;
            settled = PaperRun.Execute(settled, plan.Graph, [], now).After;
        }

        return settled;
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
