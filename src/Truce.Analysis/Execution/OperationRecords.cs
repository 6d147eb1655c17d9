using System.Globalization;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Execution;

/// <summary>Makes the record that a node would keep of an operation.</summary>
internal static class OperationRecords
{
    private const string Origin = "truce-simulate";
    private const string FeatureSet = "3.16.1";
    private const string NoUuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    /// <summary>The record of <paramref name="action"/> having returned
    /// <paramref name="exitCode"/>.</summary>
    public static OperationRecord Make(
        GraphAction.ResourceOperation action,
        ResourceId resource,
        int exitCode,
        int call,
        DateTimeOffset now,
        string digest,
        bool failed)
    {
        // A reload leaves its resource as a start with the new parameters would.
        OperationRecord record = Make(
            resource,
            action.Operation is OperationNames.Reload or OperationNames.ReloadAgent ? OperationNames.Start
                : action.Operation,
            Number(action, "CRM_meta_interval"),
            Number(action, "CRM_meta_op_target_rc"),
            exitCode,
            call,
            now);
        return record with
        {
            CrmFeatureSet = FeatureSet,
            OpDigest = digest,
            ExitReason = failed ? "User-injected result" : "",
            MigrateSource = Node(action, "CRM_meta_migrate_source"),
            MigrateTarget = Node(action, "CRM_meta_migrate_target"),
        };
    }

    /// <summary>The record of an operation that was expected to return <paramref name="target"/>.</summary>
    public static OperationRecord Make(
        ResourceId resource, string operation, long interval, long target, int exitCode, int call, DateTimeOffset now)
    {
        string transition = string.Create(CultureInfo.InvariantCulture, $"{call}:-1:{target}:{NoUuid}");
        return new OperationRecord(HistoryReading.RecordId(resource, operation, interval), operation)
        {
            OperationKey = HistoryReading.Key(resource, operation, interval),
            IntervalMs = interval,
            CallId = call,
            OpStatus = (int)ExecutionStatus.Done,
            RcCode = exitCode,
            LastRcChange = now.ToUnixTimeSeconds(),
            ExecTimeMs = 0,
            QueueTimeMs = 0,
            TransitionKey = transition,
            TransitionMagic = string.Create(CultureInfo.InvariantCulture, $"0:{exitCode};{transition}"),
            CrmDebugOrigin = Origin,
        };
    }

    /// <summary>A number among the action's attributes; 0 if it isn't there.</summary>
    public static long Number(GraphAction action, string name) =>
        long.TryParse(Text(action, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;

    private static NodeId? Node(GraphAction action, string name) =>
        Text(action, name) is { } node ? new NodeId(node) : null;

    private static string? Text(GraphAction action, string name)
    {
        foreach ((string key, string value) in action.Attributes)
        {
            if (key == name)
                return value;
        }

        return null;
    }
}
