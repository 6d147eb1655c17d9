using Truce.Model;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>The scheduler.</summary>
public sealed class SchedulerPlanner : IPlanner
{
    /// <inheritdoc/>
    public Plan Plan(Cib cib, PlanOptions options) => Planner.Plan(cib, options);
}
