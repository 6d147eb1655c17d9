using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Keeps how long operations take, in the replicated state: whoever coordinates, and whichever node a
/// resource ran on, there is one record of it, and the time of one run is compared with those before.
/// </summary>
internal static class Measuring
{
    /// <summary>An ordered operation has ended. Only what succeeded says how long it takes.</summary>
    public static ReplicatedState Ran(
        ReplicatedState state, NodeId node, OperationResult result, Order? order, ApplyContext context)
    {
        if (order is null || !IsMeasured(result))
            return state;
        ResourceId resource = Configured(result.Resource);
        MeasuredTimes before = Find(state, resource, MeasuredKind.Operation, result.Operation);
        MeasuredTimes after = before.With(new MeasuredRun(result.ExecutionMs, Math.Max(0, order.TimeoutMs)));
        state = Put(state, after);
        return Trend.Of(before) is null && Trend.Of(after) is { } slower
            ? state.Tell(
                context.At, "operation-slower", $"{slower} (the last on {node})", node, result.Resource)
            : state;
    }

    /// <summary>A cleanup: what was told of these resources counts as usual from now on, and a person is at
    /// work on what is being recovered.</summary>
    public static ReplicatedState Cleaned(ReplicatedState state, Predicate<ResourceId> isMeant)
    {
        foreach (MeasuredTimes measured in state.Measured.Values.Where(m => isMeant(m.Resource)))
        {
            MeasuredTimes accepted = Trend.Accepted(measured);
            if (!ReferenceEquals(accepted, measured))
                state = Put(state, accepted);
        }

        return state with
        {
            Recovering = state.Recovering.RemoveRange(state.Recovering.Keys.Where(r => isMeant(r))),
        };
    }

    /// <summary>Another configuration: what it no longer has makes room, and what it no longer wants isn't
    /// waited for.</summary>
    public static ReplicatedState ConfigurationChanged(ReplicatedState state)
    {
        if (state.Measured.IsEmpty && state.Recovering.IsEmpty)
            return state;
        StartedResources wanted = new(new ConfigurationIndex(state.Cib.Configuration));
        return state with
        {
            Measured = state.Measured.RemoveRange(state.Measured
                .Where(m => wanted.Index.Resource(m.Value.Resource) is null).Select(m => m.Key)),
            Recovering = state.Recovering.RemoveRange(state.Recovering.Keys
                .Where(r => !Recoveries.IsWanted(wanted, r))),
        };
    }

    /// <summary>A recovery has ended.</summary>
    public static ReplicatedState Recovered(ReplicatedState state, OpenRecovery recovery, long tookMs) => Put(
        state, Find(state, recovery.Resource, MeasuredKind.Recovery, RecoveryCauses.Word(recovery.Cause))
            .With(new MeasuredRun(tookMs, 0)));

    /// <summary>The resource whose instance it is.</summary>
    public static ResourceId Configured(ResourceId instance) =>
        new(InstanceNames.Configured(instance.Value));

    // A probe says little of a monitor's time, a fence device's start only registers it, and a result without
    // a run has no time.
    private static bool IsMeasured(OperationResult result) => result is { IsExpected: true, ExecutionMs: > 0 }
        && !result.IsByLook && !HistoryEditing.IsProbe(result) && HistoryEditing.IsRecorded(result.Operation)
        && result.Agent.Class != AgentName.Stonith;

    private static MeasuredTimes Find(
        ReplicatedState state, ResourceId resource, MeasuredKind kind, string name) =>
        state.Measured.GetValueOrDefault(MeasuredTimes.KeyOf(resource, kind, name))
            ?? new MeasuredTimes(resource, kind, name);

    private static ReplicatedState Put(ReplicatedState state, MeasuredTimes measured) =>
        state.Measured.Count >= ReplicatedState.MeasuredMax && !state.Measured.ContainsKey(measured.Key)
            ? state
            : state with { Measured = state.Measured.SetItem(measured.Key, measured) };
}
