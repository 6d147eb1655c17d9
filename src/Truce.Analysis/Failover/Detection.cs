using System.Collections.Immutable;
using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>How long a failure stays unseen.</summary>
internal static class Detection
{
    /// <summary>
    /// The intervals at which a resource is monitored where it runs, the shortest first; empty
    /// if its failure would go unnoticed.
    /// </summary>
    public static ImmutableArray<long> IntervalsMs(Cib cib, Leaf leaf, NodeId node) =>
    [
        .. cib.Status.NodeStates.Where(s => s.Name == node || s.Id.Value == node.Value)
            .SelectMany(s => s.History?.Resources ?? [])
            .Where(h => h.Id == leaf.History)
            .SelectMany(h => h.Operations)
            .Where(o => o is { Operation: OperationNames.Monitor, IntervalMs: > 0 }
            && !HistoryReading.IsFailure(o))
            .Select(o => o.IntervalMs).Distinct().Order(),
    ];

    /// <summary>The resource's monitor fails on a node: its record as the node would keep it,
    /// and the failure counted.</summary>
    public static Cib Fail(FailoverContext context, Cib cib, Leaf leaf, NodeId node, long intervalMs)
    {
        StatusDraft draft = new(cib);
        NodeDraft there = draft.Demand(node, null, remote: false);
        ResourceHistory history = there.Histories.First(h => h.Id == leaf.History);
        OperationRecord monitor = history.Operations.First(o => o.Operation == OperationNames.Monitor
            && o.IntervalMs == intervalMs);
        // With the digest of its parameters: a failure without one would count as one of another definition.
        there.RecordAlso(leaf.History, monitor with
        {
            Id = HistoryReading.FailureId(leaf.History),
            CallId = history.Operations.Max(o => o.CallId) + 1,
            RcCode = (int)AgentExitCode.Error,
            OpStatus = (int)ExecutionStatus.Done,
            LastRcChange = context.Request.Now.ToUnixTimeSeconds(),
            TransitionMagic = $"0:1;{monitor.TransitionKey}",
        });
        FailureCount.Raise(there, leaf.History.Value, OperationNames.Monitor, intervalMs, context.Request.Now,
            []);
        return draft.ToCib();
    }

    /// <summary>
    /// Interval and timeout of the monitor that finds a failure first. A monitor's answer describes the
    /// resource at the monitor's end, so the failure that is detected last occurs right after an answer.
    /// </summary>
    public static ImmutableArray<FailoverTerm> ByMonitor(FailoverContext context, Leaf leaf,
        ImmutableArray<long> intervals, TransitionGraph graph)
    {
        (long interval, long timeout) = intervals
            .Select(i => (i, TimeoutMs(context, leaf, i, graph))).MinBy(m => Sum(m.i, m.Item2));
        return
        [
            new FailoverTerm("monitor interval", FailoverTermKind.MonitorInterval, interval, interval / 2,
                $"op monitor of {leaf.Id}, interval"),
            context.Operations.Term(
                new TimedOperation(leaf.Id, OperationNames.Monitor), "monitor timeout",
                FailoverTermKind.MonitorTimeout, timeout, $"op monitor of {leaf.Id}, timeout"),
        ];
    }

    /// <summary>Corosync's part: from the last sign of life to the membership, and
    /// quorum, without the node.</summary>
    public static IEnumerable<FailoverTerm> ByMembership(FailoverContext context)
    {
        yield return new FailoverTerm("token", FailoverTermKind.Membership, context.Corosync.TokenMs,
            context.Corosync.TokenMs, "token in corosync.conf");
        yield return new FailoverTerm("consensus", FailoverTermKind.Membership,
            context.Corosync.ConsensusMs, context.Corosync.ConsensusMs, "consensus in corosync.conf");
        if (context.Corosync.JoinMs > 0)
            yield return new FailoverTerm("join", FailoverTermKind.Membership, context.Corosync.JoinMs,
                context.Corosync.JoinMs, "join in corosync.conf");
        if (context.Corosync.DeviceSyncMs > 0)
        {
            yield return new FailoverTerm(
                "quorum device", FailoverTermKind.QuorumDevice, context.Corosync.DeviceSyncMs,
                Math.Min(context.Corosync.DeviceSyncMs, context.Times.UsualOperationMs),
                "device sync_timeout in corosync.conf");
        }
    }

    /// <summary>A role that is gone, or hangs, while its node lives.</summary>
    public static FailoverTerm ByPatience(FailoverContext context, FailoverCause cause)
    {
        long grace = context.Times.ControllerGraceMs;
        long stuck = context.Times.StuckMs + (2 * context.Times.TickMs);
        return cause == FailoverCause.ProcessDeath
            ? new FailoverTerm("wait for the controller to return", FailoverTermKind.Patience,
                Math.Max(grace, stuck), 0, "controller grace period, fixed")
            : new FailoverTerm(
                "detection of the coordinator's loss", FailoverTermKind.Patience,
                Math.Max(Math.Max(grace, stuck), context.Corosync.DetectionMs), context.Corosync.DetectionMs,
                "the longest of controller grace period, coordinator's silence (both fixed), and token plus consensus");
    }

    private static long TimeoutMs(FailoverContext context, Leaf leaf, long intervalMs,
        TransitionGraph graph) =>
        graph.Actions.OfType<GraphAction.ResourceOperation>()
            .Where(a => a.Operation == OperationNames.Monitor
                && InstanceIds.Base(a.Instance.Value) == leaf.Id.Value
                && OperationRecords.Number(a, "CRM_meta_interval") == intervalMs)
            .Select(a => (long?)OperationTimes.WorstMs(a)).FirstOrDefault()
        ?? context.ConfiguredTimeoutMs(leaf.Id, OperationNames.Monitor, intervalMs)
        ?? OperationTimes.TimeoutDefaultMs;

    private static long Sum(long interval, long timeout) => timeout == long.MaxValue ? long.MaxValue
        : interval + timeout;
}
