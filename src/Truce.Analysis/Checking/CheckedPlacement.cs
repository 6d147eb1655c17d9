using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>Where things are once the transition is through, as far as that is beyond doubt.</summary>
internal sealed class CheckedPlacement(CheckedCluster cluster, CheckedGraph graph)
{
    /// <summary>Whether <paramref name="primary"/> is certainly not (or certainly) on
    /// <paramref name="node"/>.</summary>
    /// <param name="primary">A primitive or group that runs once.</param>
    /// <param name="node">Where the dependent is started.</param>
    /// <param name="together">True if it should be there; false if it mustn't be.</param>
    public bool Disagrees(CheckedResource primary, NodeId node, bool together)
    {
        foreach (CheckedResource primitive in together ? primary.Primitives.Take(1) : primary.Primitives)
        {
            CheckedActivity there = After(primitive.Id, node);
            if (there == (together ? CheckedActivity.Inactive : CheckedActivity.Active))
                return true;
        }

        return false;
    }

    private CheckedActivity After(string resource, NodeId node)
    {
        bool stops = false;
        foreach (CheckedAction action in graph.Actions)
        {
            if (action.Instance != resource || (action.Node is not null && action.Node != node))
                continue;
            if (action.Operation is OperationNames.Start or OperationNames.MigrateFrom)
                return CheckedActivity.Active;
            stops |= action.Operation is OperationNames.Stop or OperationNames.MigrateTo;
        }

        if (stops)
            return CheckedActivity.Inactive;
        CheckedActivity now = cluster.Activity(resource, node);

        // Without any record it isn't there, unless the node hasn't been probed yet.
        return now == CheckedActivity.None && !HasHistory(resource, node) ? CheckedActivity.Inactive : now;
    }

    private bool HasHistory(string resource, NodeId node) =>
        cluster.Cib.Status.NodeStates.Any(s =>
            (s.Name ?? new NodeId(s.Id.Value)) == node
            && s.History is { } history && history.Resources.Any(r => r.Id.Value == resource));
}
