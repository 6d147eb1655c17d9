using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Writes operations into a node's history as Pacemaker does: one record for the latest of start,
/// stop, promote, demote and probe, one for each recurring operation and each half of a
/// migration, and one for the latest failure.
/// </summary>
internal static class HistoryEditing
{
    private const string Reload = OperationNames.ReloadAgent;
    private const int PendingCode = (int)AgentExitCode.Unknown;

    /// <summary>An operation was ordered: pending.</summary>
    public static NodeState Begin(NodeState node, Order order, DateTimeOffset at)
    {
        if (order.Kind != OrderTask.Run || order.Agent is null || !IsRecorded(order.Operation))
            return node;
        if (EndsRecurring(order.Operation, order.IntervalMs))
            node = RemoveRecurring(node, order.Resource);
        OperationRecord record = new(
            HistoryReading.RecordId(order.Resource, order.Operation, order.IntervalMs), order.Operation)
        {
            OperationKey = order.Key,
            IntervalMs = order.IntervalMs,
            CallId = -1,
            OpStatus = (int)ExecutionStatus.Pending,
            RcCode = PendingCode,
            OnNode = order.Node,
            TransitionKey = order.TransitionKey,
            TransitionMagic = Magic(ExecutionStatus.Pending, PendingCode, order.TransitionKey),
            LastRcChange = at.ToUnixTimeSeconds(),
            OpDigest = OperationDigest.Of(order),
            MigrateSource = Meta(order, "migrate_source"),
            MigrateTarget = MigrateTarget(order),
        };
        return Put(node, order.Resource, order.Agent, record);
    }

    /// <summary>A result came. A failure is kept in a record of its own as well.</summary>
    public static NodeState End(NodeState node, NodeId name, OperationResult result)
    {
        // Reloaded, it runs as if it had been started so; a reload that failed found out as a probe does.
        if (result.Operation == Reload)
        {
            string began = result.IsExpected ? OperationNames.Start : OperationNames.Monitor;
            result = result with { Operation = began };
        }
        if (!IsRecorded(result.Operation))
            return node;
        OperationRecord record = Record(name, result);
        if (EndsRecurring(result.Operation, result.IntervalMs))
            node = RemoveRecurring(node, result.Resource);
        node = Put(node, result.Resource, result.Agent, record);
        return result.IsExpected || IsProbe(result)
            ? node
            : Put(node, result.Resource, result.Agent,
                record with { Id = HistoryReading.FailureId(result.Resource) });
    }

    /// <summary>
    /// A start or a look couldn't run, and nothing was started before: the failure, and after it
    /// the stop that the field's histories would have next. The failure bans the resource from
    /// the node, as in a recorded cluster.
    /// </summary>
    public static NodeState NeverStarted(NodeState node, NodeId name, OperationResult result)
    {
        OperationRecord failure =
            Record(name, result) with { Id = HistoryReading.FailureId(result.Resource) };
        OperationResult stopped = result with
        {
            Operation = OperationNames.Stop,
            IntervalMs = 0,
            Status = (int)ExecutionStatus.Done,
            Code = (int)AgentExitCode.Ok,
            ExpectedCode = (int)AgentExitCode.Ok,
            TransitionKey = OperationKeys.TransitionKey(result.OperationId, (int)AgentExitCode.Ok),
        };
        // Both have the call's number: the later one in the document counts as the later one.
        string latest = HistoryReading.RecordId(result.Resource, OperationNames.Stop, 0);
        node = Remove(node, result.Resource, r => r.Id == failure.Id || r.Id == latest);
        node = Put(node, result.Resource, result.Agent, failure);
        return Put(node, result.Resource, result.Agent, Record(name, stopped));
    }

    /// <summary>A recurring operation was ended, or an order never reached its
    /// executor: no record of it.</summary>
    public static NodeState Remove(NodeState node, ResourceId resource, Predicate<OperationRecord> match) =>
        ChangeResource(node, resource, r => r with { Operations = r.Operations.RemoveAll(match) });

    /// <summary>A resource's whole history is forgotten.</summary>
    public static NodeState Forget(NodeState node, ResourceId resource) => node.History is not { } history
        ? node
        : node with { History = history with { Resources = history.Resources.RemoveAll(r => r.Id == resource) } };

    /// <summary>A notification says nothing about what runs, nor does a reload before its end: a record of it
    /// would take the place of the start's.</summary>
    public static bool IsRecorded(string operation) => operation is not (OperationNames.Notify or Reload);

    /// <summary>Whether the monitors of the state that an operation leaves behind end with it.</summary>
    public static bool EndsRecurring(string operation, long intervalMs) =>
        intervalMs == 0 && operation is OperationNames.Stop or OperationNames.Demote or OperationNames.Promote
            or OperationNames.MigrateTo;

    /// <summary>A first monitor that only looks; finding the resource is news, not a failure.</summary>
    public static bool IsProbe(OperationResult result) =>
        result is { Operation: OperationNames.Monitor, IntervalMs: 0 };

    /// <summary>Resources' recurring operations that match are no longer there; fence
    /// devices' are the fencer's.</summary>
    public static NodeState RemoveMonitors(NodeState node, Predicate<OperationRecord> match)
    {
        foreach (ResourceHistory resource in node.History?.Resources ?? [])
        {
            if (resource.Class != AgentName.Stonith)
                node = Remove(node, resource.Id, r => HistoryReading.IsMonitor(r) && match(r));
        }

        return node;
    }

    private static NodeState RemoveRecurring(NodeState node, ResourceId resource) =>
        Remove(node, resource, HistoryReading.IsMonitor);

    private static OperationRecord Record(NodeId node, OperationResult result) =>
        new(HistoryReading.RecordId(result.Resource, result.Operation, result.IntervalMs), result.Operation)
        {
            OperationKey = HistoryReading.Key(result.Resource, result.Operation, result.IntervalMs),
            IntervalMs = result.IntervalMs,
            CallId = result.CallId,
            OpStatus = result.Status,
            RcCode = result.Code,
            LastRcChange = result.ChangedAt,
            LastRun = result.IntervalMs == 0 ? result.RanAt : null,
            ExecTimeMs = result.ExecutionMs,
            QueueTimeMs = result.QueueMs,
            OnNode = node,
            ExitReason = result.ExitReason,
            TransitionKey = result.TransitionKey,
            TransitionMagic = Magic((ExecutionStatus)result.Status, result.Code, result.TransitionKey),
            OpDigest = result.Digest,
            OpForceRestart = result.NeedRestart?.Names,
            OpRestartDigest = result.NeedRestart?.Digest,
            OpSecureParams = result.Secret?.Names,
            OpSecureDigest = result.Secret?.Digest,
            MigrateSource = result.MigrateSource,
            MigrateTarget = result.MigrateTarget,
        };

    private static NodeState Put(NodeState node, ResourceId resource, AgentName agent, OperationRecord record) =>
        ChangeResource(
            node with { History = node.History ?? new LocalHistory(node.Id.Value, []) },
            resource,
            r => r with
            {
                Class = agent.Class,
                Provider = agent.Provider,
                Type = agent.Type,
                Operations = Replace(r.Operations, record),
            },
            addMissing: new ResourceHistory(resource));

    private static EquatableArray<OperationRecord> Replace(EquatableArray<OperationRecord> all, OperationRecord record)
    {
        int at = all.FindIndex(o => o.Id == record.Id);
        return at >= 0 ? all.SetItem(at, record) : all.Add(record);
    }

    private static NodeState ChangeResource(
        NodeState node, ResourceId id, Func<ResourceHistory, ResourceHistory> change, ResourceHistory? addMissing = null)
    {
        if (node.History is not { } history)
            return node;
        int at = history.Resources.FindIndex(r => r.Id == id);
        if (at < 0 && addMissing is null)
            return node;
        EquatableArray<ResourceHistory> resources = at >= 0
            ? history.Resources.SetItem(at, change(history.Resources[at]))
            : history.Resources.Add(change(addMissing!));
        return node with { History = history with { Resources = resources } };
    }

    private static string Magic(ExecutionStatus status, int code, string key) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)status}:{code};{key}");

    /// <summary>Where a migration goes; null: it is none.</summary>
    public static NodeId? MigrateTarget(Order order) => Meta(order, "migrate_target");

    private static NodeId? Meta(Order order, string name)
    {
        int at = order.Meta.FindIndex(m => m.Name == name);
        return at >= 0 ? new NodeId(order.Meta[at].Text) : null;
    }
}
