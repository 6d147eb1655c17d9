using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Measures recoveries: from when the cluster knew that something had failed until the resource was there
/// again. One cause at a time, as for the bound that <c>truce failover-time</c> computes: what is struck by a
/// second one, or waits for a person, isn't counted.
/// </summary>
internal static class Recoveries
{
    // A person's time, not the cluster's.
    private const long LongestMs = 3_600_000;

    // Cluster time goes on with the coordinator's ticks, and stands still while there is none.
    private const long EarlyMs = 2_000;
    private const long LateMs = 15_000;

    /// <summary>Nodes that were lost, or that turned out to be alive, with what was applied last.</summary>
    public static ReplicatedState Follow(ReplicatedState before, ReplicatedState after, ApplyContext context)
    {
        if (ReferenceEquals(before.Members, after.Members))
            return after;
        foreach (MemberState now in after.Members.Values)
        {
            if (before.Member(now.Node) is not { } then || ReferenceEquals(then, now))
                continue;
            if (!then.IsLost && now.IsLost)
                after = Lost(after, now, CauseOf(before, now), context);
            else if (then.IsLost && !now.IsLost && now.Incarnation == then.Incarnation
                && now.Phase != MemberPhase.Down)
                after = Survived(after, now.Node);
        }

        return after;
    }

    /// <summary>A result was applied: a failure, or what makes up for one.</summary>
    public static ReplicatedState Ran(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        if (result.Agent.Class == AgentName.Stonith || HistoryEditing.IsProbe(result)
            || !HistoryEditing.IsRecorded(result.Operation))
            return state;
        OpenRecovery? open = state.Recovering.GetValueOrDefault(Measuring.Configured(result.Resource));
        return (open, result.IsExpected) switch
        {
            ({ } recovery, true) when Ends(recovery, result.Operation) => Ended(state, recovery, context),
            ({ }, true) => state,
            ({ } recovery, false) => Failed(state, recovery, result.Operation),
            (null, false) when result is { Operation: OperationNames.Monitor, IntervalMs: > 0 } =>
                Found(state, node, result, context),
            (null, _) => state,
        };
    }

    /// <summary>Whether the cluster may recover it by itself, and has to.</summary>
    public static bool IsWanted(StartedResources configured, ResourceId resource) =>
        configured.Index.Resource(resource) is not null && configured.IsManaged(resource)
            && !configured.IsDisabled(resource);

    /// <summary>How long a recovery has gone on: by the wall clocks of two nodes, which know milliseconds,
    /// unless the cluster's own time contradicts them.</summary>
    public static long ElapsedMs(OpenRecovery recovery, DateTimeOffset at, long clusterTimeMs)
    {
        long counted = Math.Max(0, clusterTimeMs - recovery.SinceMs);
        long wall = (long)(at - recovery.At).TotalMilliseconds;
        return wall >= Math.Max(0, counted - EarlyMs) && wall <= counted + LateMs ? wall : counted;
    }

    // The view without the node is in force by now: who coordinated is said by the one before.
    private static RecoveryCause CauseOf(ReplicatedState before, MemberState lost) =>
        CoordinatorRule.Choose(before) == lost.Node ? RecoveryCause.CoordinatorLost
        : lost.Phase == MemberPhase.ControllerLost ? RecoveryCause.ControllerLost
        : RecoveryCause.NodeLost;

    private static ReplicatedState Lost(
        ReplicatedState state, MemberState lost, RecoveryCause cause, ApplyContext context)
    {
        StartedResources? configured = null;
        foreach (ResourceHistory history in HistoryReading.Of(state.Cib.Status, lost.Uuid))
        {
            if (history.Class == AgentName.Stonith || !HistoryReading.MayBeActive(history))
                continue;
            configured ??= new(new ConfigurationIndex(state.Cib.Configuration));
            ResourceId resource = Measuring.Configured(history.Id);
            if (state.Recovering.TryGetValue(resource, out OpenRecovery? open))
                state = IsShotFor(open, lost) ? state : Close(state, resource);
            else
                state = Open(state, configured, resource, EndOf(history), lost.Node, cause, context);
        }

        return state;
    }

    // A node that is fenced for a failed stop is lost by that; any other loss is a second cause.
    private static bool IsShotFor(OpenRecovery open, MemberState lost) =>
        open.Cause == RecoveryCause.StopFailure && open.Node == lost.Node;

    private static ReplicatedState Found(
        ReplicatedState state, NodeId node, OperationResult result, ApplyContext context)
    {
        StartedResources configured = new(new ConfigurationIndex(state.Cib.Configuration));
        ResourceId resource = Measuring.Configured(result.Resource);
        ResourceHistory? history = state.Member(node) is { } member
            ? HistoryReading.Of(state.Cib.Status, member.Uuid, result.Resource)
            : null;
        bool hasFailed = result.Status != (int)ExecutionStatus.Done || !HistoryReading.Runs(result.Code);
        bool isRecovered = OnFailOf(configured, resource, result)
            is null or OnFail.Restart or OnFail.Fence or OnFail.Standby;
        return hasFailed && isRecovered && history is not null
            ? Open(state, configured, resource, EndOf(history), node, RecoveryCause.ResourceFailure, context)
            : state;
    }

    private static OnFail? OnFailOf(
        StartedResources configured, ResourceId resource, OperationResult result) =>
        configured.Index.Resource(resource) is Resource.Primitive primitive
            ? configured.Index.Effective(primitive).Operations?.Operations.FirstOrDefault(o =>
                o.Name == result.Operation && o.Interval.Milliseconds == result.IntervalMs)?.OnFail
            : null;

    private static RecoveryEnd EndOf(ResourceHistory history) =>
        HistoryReading.MayBePromoted(history) ? RecoveryEnd.Promote : RecoveryEnd.Start;

    // An instance of a clone that is gone is no outage: others serve, until a promoted one is missing.
    private static ReplicatedState Open(
        ReplicatedState state, StartedResources configured, ResourceId resource, RecoveryEnd until,
        NodeId node, RecoveryCause cause, ApplyContext context)
    {
        bool isReplicated = configured.Chain(resource).Any(r => r is Resource.Cloned or Resource.Bundle);
        if (!IsWanted(configured, resource) || (isReplicated && until == RecoveryEnd.Start))
            return state;
        OpenRecovery recovery = new()
        {
            Resource = resource,
            Cause = cause,
            Node = node,
            Until = until,
            At = context.At,
            SinceMs = state.ClusterTimeMs,
        };
        return state with { Recovering = state.Recovering.SetItem(resource, recovery) };
    }

    private static ReplicatedState Failed(ReplicatedState state, OpenRecovery recovery, string operation)
    {
        RecoveryCause? cause = (recovery.Cause, operation) switch
        {
            (RecoveryCause.ResourceFailure or RecoveryCause.StartFailure or RecoveryCause.StopFailure,
                OperationNames.Monitor) => recovery.Cause,
            (RecoveryCause.ResourceFailure or RecoveryCause.StartFailure,
                OperationNames.Start or OperationNames.Promote) => RecoveryCause.StartFailure,
            (RecoveryCause.ResourceFailure, OperationNames.Stop or OperationNames.Demote) =>
                RecoveryCause.StopFailure,
            _ => null,
        };
        return cause is { } known
            ? state with
            {
                Recovering = state.Recovering.SetItem(recovery.Resource, recovery with { Cause = known }),
            }
            : Close(state, recovery.Resource);
    }

    private static bool Ends(OpenRecovery recovery, string operation) => recovery.Until switch
    {
        RecoveryEnd.Start => operation is OperationNames.Start or OperationNames.MigrateFrom,
        RecoveryEnd.Promote => operation == OperationNames.Promote,
    };

    private static ReplicatedState Ended(ReplicatedState state, OpenRecovery recovery, ApplyContext context)
    {
        state = Close(state, recovery.Resource);
        long took = ElapsedMs(recovery, context.At, state.ClusterTimeMs);
        if (took > LongestMs)
            return state;
        state = Measuring.Recovered(state, recovery, took);
        string seconds = string.Create(CultureInfo.InvariantCulture, $"{took / 1000.0:0.0#} s");
        return state.Tell(
            context.At, "recovered",
            $"{recovery.Resource} is available again after {seconds} ({RecoveryCauses.Word(recovery.Cause)}, "
                + $"counted from its detection; it ran on {recovery.Node})",
            recovery.Node, recovery.Resource);
    }

    // The node is there, in the boot that was thought lost: its resources were never away.
    private static ReplicatedState Survived(ReplicatedState state, NodeId node) => state with
    {
        Recovering = state.Recovering.RemoveRange(
            state.Recovering.Where(r => r.Value.Node == node).Select(r => r.Key)),
    };

    private static ReplicatedState Close(ReplicatedState state, ResourceId resource) =>
        state with { Recovering = state.Recovering.Remove(resource) };
}
