using System.Globalization;

namespace Truce.Model;

/// <summary>
/// Reads what nodes remember of their operations. Which record says what is known here alone: the latest
/// of start, stop, promote, demote and probe has one, each recurring operation and each half of a
/// migration has its own, and so has the latest failure. (The scheduler weighs all of them; the plan
/// checker reads them by itself, on purpose.)
/// </summary>
public static class HistoryReading
{
    private const string LatestEnd = "_last_0";
    private const string FailureEnd = "_last_failure_0";

    /// <summary>The key of an operation: RESOURCE_OPERATION_MILLISECONDS.</summary>
    public static string Key(ResourceId resource, string operation, long intervalMs) =>
        string.Create(CultureInfo.InvariantCulture, $"{resource}_{operation}_{intervalMs}");

    /// <summary>The id of an operation's record. The halves of a migration have records of their own, since
    /// their partner on the other node must stay readable.</summary>
    public static string RecordId(ResourceId resource, string operation, long intervalMs) =>
        intervalMs > 0 || operation is OperationNames.MigrateTo or OperationNames.MigrateFrom
            ? Key(resource, operation, intervalMs)
            : resource + LatestEnd;

    /// <summary>The id of the record that keeps the latest failure.</summary>
    public static string FailureId(ResourceId resource) => resource + FailureEnd;

    /// <summary>Whether it is the record that keeps the latest failure.</summary>
    public static bool IsFailure(OperationRecord record) =>
        record.Id.EndsWith(FailureEnd, StringComparison.Ordinal);

    /// <summary>The record of a recurring monitor, not of its failure.</summary>
    public static bool IsMonitor(OperationRecord record) => record.IntervalMs > 0 && !IsFailure(record);

    /// <summary>The latest of start, stop, promote, demote and probe; null: there was none.</summary>
    public static OperationRecord? Latest(ResourceHistory history) =>
        history.Operations.FirstOrDefault(o => o.Id.EndsWith(LatestEnd, StringComparison.Ordinal));

    /// <summary>The latest failure that is remembered; null: none is.</summary>
    public static OperationRecord? Failure(ResourceHistory history) =>
        history.Operations.FirstOrDefault(IsFailure);

    /// <summary>The state of a node with that id; null if it was never seen.</summary>
    public static NodeState? Node(ClusterStatus status, NodeUuid uuid)
    {
        foreach (NodeState state in status.NodeStates)
        {
            if (state.Id == uuid)
                return state;
        }

        return null;
    }

    /// <summary>What a node remembers, resource by resource; nothing of one that was never seen.</summary>
    public static EquatableArray<ResourceHistory> Of(ClusterStatus status, NodeUuid uuid) =>
        Node(status, uuid)?.History?.Resources ?? [];

    /// <summary>What a node remembers of a resource; null: nothing.</summary>
    public static ResourceHistory? Of(ClusterStatus status, NodeUuid uuid, ResourceId resource) =>
        Of(status, uuid).FirstOrDefault(r => r.Id == resource);

    /// <summary>The failures of an instance that count on a node, over all operations.</summary>
    public static Score FailCount(NodeState? node, string instance)
    {
        Score sum = default;
        foreach (NameValue pair in node?.TransientAttributes?.Sets.SelectMany(s => s.Pairs) ?? [])
        {
            if (pair.Name?.StartsWith($"fail-count-{instance}#", StringComparison.Ordinal) == true)
                sum += Score.Parse(pair.Value) ?? default;
        }

        return sum;
    }

    /// <summary>Whether an agent's answer says that the thing runs.</summary>
    public static bool Runs(int code) => (AgentExitCode)code is AgentExitCode.Ok or AgentExitCode.Promoted
        or AgentExitCode.Degraded or AgentExitCode.PromotedDegraded;

    /// <summary>Whether a resource may be active: the latest of start, stop and probe decides; what has never
    /// been probed there may run.</summary>
    public static bool MayBeActive(ResourceHistory history)
    {
        if (Latest(history) is not { } last)
            return history.Operations.Count > 0;
        bool done = last.OpStatus == (int)ExecutionStatus.Done;
        return (last.Operation, done, (AgentExitCode)last.RcCode) switch
        {
            (OperationNames.Stop, true, AgentExitCode.Ok) => false,
            (OperationNames.Monitor, true, AgentExitCode.NotRunning or AgentExitCode.NotInstalled) => false,
            (OperationNames.Monitor, false, _) => last.OpStatus is not ((int)ExecutionStatus.NotInstalled),
            _ => true,
        };
    }

    /// <summary>Whether an instance may be promoted.</summary>
    public static bool MayBePromoted(ResourceHistory history)
    {
        OperationRecord? last = Latest(history);
        bool found = history.Operations.Any(
            o => o.IntervalMs > 0 && o.CallId > (last?.CallId ?? 0) && IsPromoted(o));
        return found || last switch
        {
            null => false,
            { Operation: OperationNames.Promote } => true,
            { Operation: OperationNames.Demote } => !Succeeded(last),
            // A promoted instance is demoted before it is stopped; after a failed stop its role is unknown.
            { Operation: OperationNames.Stop, OpStatus: not (int)ExecutionStatus.Pending } =>
                !Succeeded(last),
            { Operation: OperationNames.Monitor } => IsPromoted(last),
            _ => false,
        };
    }

    private static bool IsPromoted(OperationRecord record) => record.OpStatus == (int)ExecutionStatus.Done
        && (AgentExitCode)record.RcCode
            is AgentExitCode.Promoted or AgentExitCode.PromotedFailed or AgentExitCode.PromotedDegraded;

    private static bool Succeeded(OperationRecord record) =>
        record.OpStatus == (int)ExecutionStatus.Done && record.RcCode == (int)AgentExitCode.Ok;
}
