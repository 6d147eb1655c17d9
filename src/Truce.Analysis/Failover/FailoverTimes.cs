using System.Collections.Immutable;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>
/// Promise L1's bound: how long each resource is away for each cause, at worst and usually. Each failure is
/// written into the status, the scheduler plans, and the plan's critical path is added up: timeouts at
/// worst, typical times usually.
/// </summary>
public static class FailoverTimes
{
    /// <summary>Computes the bounds: resources in the configuration's order, causes as asked.</summary>
    public static ImmutableArray<FailoverBound> Compute(FailoverRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Cib settled = SettledCluster.Of(request.Cib, request.Planner, request.Now);
        ClusterState state = request.Planner(settled,
            new PlanOptions { Now = request.Now, Quorum = true }).Current;
        FailoverContext context = new(request, settled, state);
        ILookup<string, MeasuredTimes> measured = MeasuredTimes.ByKey(request.Cib.Status.Measured);
        return [.. new PartCatalogue(context, settled).Bounds().Select(b => WithObjective(context, b) with
        {
            Measured = MeasuredRecovery.Of(b, measured),
        })];
    }

    private static FailoverBound WithObjective(FailoverContext context, FailoverBound bound) =>
        FailoverObjective.Covers(bound.Cause)
        && Interval.ParseMilliseconds(context.Meta(bound.Resource,
            OptionNames.RecoveryTimeObjective)) is { } objective
            ? bound with { Objective = FailoverObjective.Judge(bound, objective) }
            : bound;
}
