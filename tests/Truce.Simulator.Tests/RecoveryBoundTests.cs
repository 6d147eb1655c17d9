using Truce.Analysis.Failover;
using Truce.Model;
using Truce.Simulator.Bounds;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

public sealed class RecoveryBoundTests
{
    public static TheoryData<FailoverCause> Causes => [.. FailoverCauses.All];

    [Theory]
    [MemberData(nameof(Causes))]
    public void No_recovery_takes_longer_than_its_bound_even_if_every_step_takes_all_its_time(
        FailoverCause cause)
    {
        BoundOutcome[] outcomes = [.. Enumerable.Range(0, 4)
            .Select(c => BoundRun.Run(new BoundScenario(c, c, cause, BoundMode.Adversarial)))];
        Assert.Empty(outcomes.SelectMany(o => o.Violations));
        Assert.Contains(outcomes, o => o.MeasuredMs > 0);
    }

    [Theory]
    [InlineData(FailoverCause.ResourceFailure)]
    [InlineData(FailoverCause.NodeDeath)]
    public void The_cluster_measures_what_the_world_saw_from_the_detection_on(FailoverCause cause)
    {
        // The result of a start comes a moment after its effect.
        const long Moment = 2_000;
        BoundOutcome[] outcomes = [.. Enumerable.Range(0, 6)
            .Select(c => BoundRun.Run(new BoundScenario(c, c, cause, BoundMode.Usual)))
            .Where(o => o.MeasuredMs is not null)];
        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, o => Assert.InRange(o.ToldMs ?? -1, 1, o.MeasuredMs!.Value + Moment));
    }

    [Fact]
    public void A_bound_without_the_fencing_is_found_broken()
    {
        IEnumerable<BoundOutcome> outcomes = Enumerable.Range(0, 4)
            .Select(c => BoundRun.Run(new BoundScenario(c, c, FailoverCause.NodeDeath,
                BoundMode.Adversarial), FailoverTermKind.Fence));
        Assert.Contains(outcomes.SelectMany(o => o.Violations), v => v.Promise == "L1");
    }

    [Fact]
    public void A_service_that_never_comes_back_is_found_too()
    {
        RecoveryBoundChecker checker = new("db", 1_000);
        List<Violation> found = [];
        NodeId node = new("n1");
        checker.Observe(new WorldEvent.ServiceChanged(node, "db", ServiceState.Active, "started"), 0,
            found.Add);
        checker.Began(node, 10);
        checker.Observe(new WorldEvent.ServiceChanged(node, "db", ServiceState.Inactive, "crashed"), 10,
            found.Add);
        checker.End(5_000, found.Add);
        Assert.Equal("L1", Assert.Single(found).Promise);
    }
}
