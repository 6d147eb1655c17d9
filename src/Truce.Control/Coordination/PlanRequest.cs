using Truce.Model;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>What the scheduler is asked: the cluster as it is, and everything that the guards hold back.</summary>
public static class PlanRequest
{
    /// <summary>The request for a plan of the present state.</summary>
    public static ControlOutput.RequestPlan For(long request, ReplicatedState state, DateTimeOffset wall) =>
        new(request, PlanningCib.Compose(state), new PlanOptions
        {
            Now = wall,
            Quorum = state.View?.Quorate ?? false,
            Bans = LostNodes.Bans(state),
        });
}
