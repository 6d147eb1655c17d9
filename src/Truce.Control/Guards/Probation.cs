using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// A resource is on probation until it has been started and stopped with success: most likely what fails is
/// how it is configured, and no reboot cures that. Its failed stop blocks it and costs no node, unless it is
/// known to have run there. S1 holds by the block: what is blocked is started nowhere
/// (docs/decisions/0056-probation.md).
/// </summary>
internal static class Probation
{
    /// <summary>Whether a failure costs no node for that.</summary>
    public static bool Covers(ReplicatedState state, ResourceFailure failure, NodeId target) =>
        failure.Operation == OperationNames.Stop && FencePolicy.Of(state).HasProbation
        && !state.Trusted.Contains(failure.Resource)
        && !state.Started.Values.Any(s => s.Node == target && s.SinceMs is not null
            && InstanceNames.IsOf(s.Resource.Value, failure.Resource.Value));

    /// <summary>A stop has succeeded of what had run.</summary>
    public static ReplicatedState Passed(ReplicatedState state, ResourceId instance) => state with
    {
        Trusted = state.Trusted.Add(new ResourceId(LostNodes.HistoryName(state.Cib.Configuration, instance))),
    };

    /// <summary>A new definition starts over.</summary>
    public static ReplicatedState ForgetChanged(ReplicatedState state, IReadOnlySet<ResourceId> changed) =>
        state with
    {
        Trusted = state.Trusted.Except(state.Trusted.Where(
            r => changed.Contains(new ResourceId(InstanceNames.Configured(r.Value))))),
    };
}
