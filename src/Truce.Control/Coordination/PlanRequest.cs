using Truce.Model;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>What the scheduler is asked: the cluster as it is, and everything
/// that the guards hold back.</summary>
public static class PlanRequest
{
    /// <summary>The request for a plan of the present state.</summary>
    public static ControlOutput.RequestPlan For(long request, ReplicatedState state, DateTimeOffset wall) =>
        new(request, PlanningCib.Compose(state), OptionsFor(state, wall));

    /// <summary>What a plan of that state is to be made around.</summary>
    public static PlanOptions OptionsFor(ReplicatedState state, DateTimeOffset wall)
    {
        HeldBack held = HeldBack.Of(state);
        return new PlanOptions
        {
            Now = wall,
            Quorum = state.View?.Quorate ?? false,
            NoQuorumPolicy = ControlOptions.WithoutQuorum(state),
            Bans = [.. held.LostNodes, .. held.Bans],
            Blocks = held.Blocks,
            Quarantined = [.. held.Quarantines.Select(q => q.Node)],
        };
    }
}
