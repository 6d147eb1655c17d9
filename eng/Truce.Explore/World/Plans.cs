using System.Runtime.CompilerServices;
using Truce.Control;
using Truce.Scheduler;

namespace Truce.Explore.World;

/// <summary>The scheduler's plans: one for each question, however many states ask it.</summary>
internal static class Plans
{
    private static readonly ConditionalWeakTable<ControlOutput.RequestPlan, Plan> s_known = [];
    private static readonly SchedulerPlanner s_planner = new();

    public static Plan For(ControlOutput.RequestPlan request) =>
        s_known.GetValue(request, r => s_planner.Plan(r.Cib, r.Options));
}
