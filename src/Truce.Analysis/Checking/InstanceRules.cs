using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>No resource and no instance is started twice, and no clone gets more
/// instances than it may have.</summary>
internal static class InstanceRules
{
    public static void Check(CheckedCluster cluster, CheckedGraph graph, List<PlanFinding> findings)
    {
        CheckedAction[] starts = [.. graph.Actions.Where(
            a => a is { Kind: "rsc_op", Operation: OperationNames.Start or OperationNames.MigrateFrom,
                Node: not null, Resource: not null })];
        foreach (IGrouping<string, CheckedAction> same in starts.GroupBy(a => a.Instance!))
        {
            CheckedAction first = same.First();
            foreach (CheckedAction other in same.Skip(1))
                findings.Add(new PlanFinding.StartedTwice(same.Key, first.Node!.Value, other.Node!.Value));
        }

        foreach (IGrouping<CheckedResource?, CheckedAction> of in starts.GroupBy(a => cluster.Find(a.Instance)))
        {
            if (of.Key is { Multiple: { Configured: Resource.Cloned } clone } && clone.MetaNumber("clone-max") is { } most
                && of.Count() > most)
                findings.Add(new PlanFinding.TooManyInstances(clone.Configured.Id, of.Count(), most));
        }
    }
}
