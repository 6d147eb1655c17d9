using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Execution;

/// <summary>Writes what an action did into the status.</summary>
internal sealed class OperationResults(
    StatusDraft status, IReadOnlyList<OperationSpec> failures, DateTimeOffset now, List<PaperStep> steps)
{
    private readonly ActionDigests _digests = new();

    public Cib ToCib() => status.ToCib();

    /// <summary>Carries out one action; false if it failed.</summary>
    public bool Apply(GraphAction action) => action switch
    {
        GraphAction.Pseudo pseudo => Pass(new PaperStep.Pseudo(pseudo)),
        GraphAction.Fence fence => Fence(fence),
        // As with Pacemaker's simulation, failures that are forgotten still show in the status that follows.
        GraphAction.ClusterAction cluster => Pass(new PaperStep.Cluster(cluster)),
        GraphAction.ResourceOperation operation => Operate(operation),
    };

    private bool Pass(PaperStep step)
    {
        steps.Add(step);
        return true;
    }

    private bool Fence(GraphAction.Fence fence)
    {
        if (fence.Action != "on" && fence.Node is { } name)
        {
            NodeDraft node = status.Demand(name, fence.NodeUuid, remote: false);
            node.Forget();
            node.GoOffline();
        }

        return Pass(new PaperStep.Fence(fence));
    }

    /// <summary>Forgets the failures that the graph says are to be forgotten.</summary>
    public void Forget(TransitionGraph graph)
    {
        foreach (GraphAction.ClusterAction action in graph.Actions.OfType<GraphAction.ClusterAction>())
        {
            if (action is { Operation: "clear_failcount", Node: { } name, Resource: { } resource }
                && status.Find(name) is { } node)
                FailureCount.Clear(node, HistoryId(resource).Value);
        }
    }

    private bool Operate(GraphAction.ResourceOperation action)
    {
        ResourceId resource = HistoryId(action.Resource);
        OperationSpec? failure = FailureOf(action, resource);
        int exitCode = failure?.ExitCode ?? TargetExitCode(action);
        steps.Add(new PaperStep.Operation(action, resource, exitCode));
        if (!LeavesRecord(action.Operation) || action.Node is not { } name)
            return true;
        NodeDraft node = status.Demand(name, action.NodeUuid, remote: action.Router is not null);
        Record(node, action, resource, exitCode, failed: failure is not null);
        if (failure is null)
            return true;
        steps.Add(new PaperStep.Failure(action.Id, exitCode));
        FailureCount.Raise(
            node, FailureName(resource, action.Resource), action.Operation, Interval(action), now, steps);
        return false;
    }

    private void Record(
        NodeDraft node, GraphAction.ResourceOperation action, ResourceId resource, int exitCode, bool failed)
    {
        ResourceHistory empty = new(resource)
        {
            Class = action.Resource.Class,
            Provider = action.Resource.Provider,
            Type = action.Resource.Type,
        };
        string digest = _digests.Of(action);
        OperationRecord? made = null;
        node.Record(empty, call => made = OperationRecords.Make(action, resource, exitCode, call, now, digest, failed));
        if (failed)
            node.RecordAlso(resource, made! with { Id = HistoryReading.FailureId(resource) });
    }

    // Histories name an anonymous clone's instance without its number; old ones
    // with it. What the nodes keep decides.
    private ResourceId HistoryId(GraphResource resource)
    {
        if (resource.LongId is null || status.HasHistory(new ResourceId(resource.Id)))
            return new ResourceId(resource.Id);
        return new ResourceId(resource.LongId);
    }

    private OperationSpec? FailureOf(GraphAction.ResourceOperation action, ResourceId resource)
    {
        foreach (OperationSpec failure in failures)
        {
            // By its history's name, by its instance's, or by the configured one.
            bool named = failure.Resource == resource || failure.Resource == action.Instance
                || failure.Resource.Value == action.Resource.Id;
            if (named && failure.Operation == action.Operation && failure.Node == action.Node
                && failure.IntervalMs == Interval(action))
                return failure;
        }

        return null;
    }

    private static string FailureName(ResourceId resource, GraphResource agent) =>
        agent.LongId is not null && resource.Value == agent.LongId ? agent.Id : resource.Value;

    // Notifications and cancellations say nothing about what is active, and deletions only forget.
    private static bool LeavesRecord(string operation) =>
        operation is not (OperationNames.Notify or "cancel" or "delete");

    private static int TargetExitCode(GraphAction action) =>
        (int)OperationRecords.Number(action, "CRM_meta_op_target_rc");

    private static long Interval(GraphAction action) => OperationRecords.Number(action, "CRM_meta_interval");
}
