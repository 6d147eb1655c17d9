using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>How long agents' operations take: their timeouts at worst, and usually
/// what was measured of them.</summary>
internal sealed class OperationTimes
{
    /// <summary>Pacemaker's, where none is configured.</summary>
    public const long TimeoutDefaultMs = 20_000;

    // A timeout of a month is meant as no timeout.
    private const long TimeoutMaxMs = 31L * 24 * 3600 * 1000;

    private readonly Dictionary<(string Resource, string Operation), long> _measured = [];
    private readonly long _usualMs;

    /// <param name="status">What the nodes remember of their operations.</param>
    /// <param name="usualMs">The usual duration of an operation without a recorded one.</param>
    public OperationTimes(ClusterStatus status, long usualMs)
    {
        _usualMs = usualMs;
        foreach (ResourceHistory history in status.NodeStates.SelectMany(s => s.History?.Resources ?? []))
        {
            foreach (OperationRecord record in history.Operations.Where(IsMeasured))
                Keep((InstanceIds.Base(history.Id.Value), record.Operation), record.ExecTimeMs!.Value);
        }
    }

    /// <summary>An operation's timeout; <see cref="long.MaxValue"/>: it has none.</summary>
    public static long WorstMs(GraphAction.ResourceOperation action)
    {
        long timeout = OperationRecords.Number(action, "CRM_meta_timeout");
        return timeout <= 0 ? TimeoutDefaultMs : timeout > TimeoutMaxMs ? long.MaxValue : timeout;
    }

    /// <summary>What it usually takes; never more than its timeout.</summary>
    public long UsualMs(string resource, string operation, long worstMs) =>
        Math.Min(worstMs, _measured.GetValueOrDefault((InstanceIds.Base(resource), operation), _usualMs));

    private static bool IsMeasured(OperationRecord record) =>
        record is { ExecTimeMs: > 0, OpStatus: (int)ExecutionStatus.Done };

    private void Keep((string, string) key, long tookMs) =>
        _measured[key] = Math.Max(tookMs, _measured.GetValueOrDefault(key));
}

/// <summary>Instances are named after what they are instances of: <c>ip:0</c>.</summary>
internal static class InstanceIds
{
    /// <summary>The configured id.</summary>
    public static string Base(string instance)
    {
        int colon = instance.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? instance : instance[..colon];
    }
}
