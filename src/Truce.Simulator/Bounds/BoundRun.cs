using System.Collections.Immutable;
using System.Globalization;
using Truce.Analysis.Failover;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Xml;
using Truce.Scheduler;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Simulator.Bounds;

/// <summary>What came of a timed recovery.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Resource">Whose recovery.</param>
/// <param name="PromisedMs">The bound; null: none, or the cause doesn't apply there.</param>
/// <param name="MeasuredMs">How long it took; null: the service wasn't interrupted.</param>
/// <param name="Violations">Promises broken.</param>
/// <param name="Ledger">Everything that happened; null: nothing was run.</param>
internal sealed record BoundOutcome(
    BoundScenario Scenario, string Resource, long? PromisedMs, long? MeasuredMs,
    ImmutableArray<Violation> Violations, Ledger? Ledger)
{
    /// <summary>How long it took as the cluster itself measured it, from when it knew; null: it
    /// didn't.</summary>
    public long? ToldMs { get; init; }

    /// <summary>How much of the bound was needed.</summary>
    public double Share => PromisedMs is > 0 && MeasuredMs is { } measured ? measured / (double)PromisedMs
        : 0;
}

/// <summary>
/// Times one recovery in a simulated cluster against the bound that failover-time gives for its configuration
/// before anything has happened.
/// </summary>
internal static class BoundRun
{
    private const long TokenMs = 1_000;
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs it.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="forgotten">Addends that the bound leaves out, for a proof that the
    /// checker can fail; null: none.</param>
    public static BoundOutcome Run(BoundScenario scenario, FailoverTermKind? forgotten = null)
    {
        TimedConfiguration drawn = TimedConfiguration.Draw(scenario.Configuration);
        SimulatedCluster cluster = new(scenario.Seed, drawn.Nodes, drawn.Nodes == 2 ? QuorumRule.TwoNode
            : QuorumRule.Majority);
        cluster.Ledger.KeepsLogs = false;
        cluster.BootAll();
        InvariantException.Require(cluster.RunUntil(cluster.IsSettled, 120), "the cluster doesn't come up");
        cluster.Configure(drawn.Xml);
        InvariantException.Require(cluster.RunUntil(() => cluster.IsSettled()
            && Services(drawn.Xml).All(s => cluster.Agents.ActiveOn(s).Count > 0), 600), "nothing runs");
        cluster.Clock.Run(TimeSpan.FromSeconds(30));
        return Time(scenario, drawn, cluster, forgotten);
    }

    private static BoundOutcome Time(
        BoundScenario scenario, TimedConfiguration drawn, SimulatedCluster cluster,
        FailoverTermKind? forgotten)
    {
        if (Victim(scenario, drawn, cluster) is not { } resource
            || (scenario.Cause == FailoverCause.LinkSplit && drawn.Nodes == 2))
            return new BoundOutcome(scenario, "", null, null, [], null);
        FailoverBound bound = Without(Bound(scenario.Cause, drawn, resource), forgotten);
        if (bound.Verdict is not FailoverVerdict.Bounded)
            return new BoundOutcome(scenario, resource, null, null, [], null);
        RecoveryBoundChecker checker = new(resource, bound.PromisedMs!.Value);
        cluster.Ledger.Watch(checker);
        int before = cluster.Ledger.Violations.Count;
        new BoundAdversary(scenario, cluster, resource, bound, checker).Strike();
        cluster.Clock.Run(TimeSpan.FromMilliseconds((2 * bound.PromisedMs.Value) + 60_000));
        checker.End(cluster.Clock.NowMs, cluster.Ledger.Violations.Add);
        return new BoundOutcome(
            scenario, resource, bound.PromisedMs, checker.MeasuredMs,
            [.. cluster.Ledger.Violations.Skip(before)], cluster.Ledger)
        {
            ToldMs = Told(cluster, resource),
        };
    }

    private static long? Told(SimulatedCluster cluster, string resource) => cluster.Nodes.Values
        .Select(n => n.Control?.State).OfType<ReplicatedState>().MaxBy(s => s.Index)?.Measured.Values
        .Where(m => m.Kind == MeasuredKind.Recovery && m.Resource.Value == resource)
        .SelectMany(m => m.Runs).Select(r => (long?)r.TookMs).FirstOrDefault();

    /// <summary>The bound for one cause, of the configuration alone.</summary>
    private static FailoverBound Bound(FailoverCause cause, TimedConfiguration drawn, string resource)
    {
        Cib cib = ((CibReadResult.Accepted)CibReader.Parse(drawn.Xml, "drawn")).Cib;
        CorosyncTimes membership = CorosyncTimes.Default(drawn.Nodes) with { TokenMs = TokenMs,
            ConsensusMs = 0, JoinMs = 0 };
        return FailoverTimes.Compute(new FailoverRequest
        {
            Cib = cib,
            Now = s_now,
            Planner = Planner.Plan,
            Corosync = membership,
            Times = Times(new ControlLimits()),
            Resources = [new ResourceId(resource)],
            Causes = [cause],
        }).Single();
    }

    private static FailoverBound Without(FailoverBound bound, FailoverTermKind? forgotten) =>
        forgotten is { } kind ? bound with { Terms = [.. bound.Terms.Where(t => t.Kind != kind)] } : bound;

    private static ClusterTimes Times(ControlLimits limits) => new()
    {
        ControllerGraceMs = (long)limits.ControllerGrace.TotalMilliseconds,
        StuckMs = (long)limits.Stuck.TotalMilliseconds,
        TickMs = (long)limits.Tick.TotalMilliseconds,
    };

    // The coordinator's death matters to what runs on its node.
    private static string? Victim(BoundScenario scenario, TimedConfiguration drawn, SimulatedCluster cluster)
    {
        NodeId? coordinator = cluster.Nodes.Values.Select(n => n.Control?.State)
            .FirstOrDefault(s => s is not null) is { } state
            ? CoordinatorRule.Choose(state)
            : null;
        string[] services =
        [
            .. Services(drawn.Xml).Where(s => scenario.Cause != FailoverCause.CoordinatorDeath
                || cluster.Agents.ActiveOn(s).First() == coordinator),
        ];
        return services.Length == 0 ? null
            : services[scenario.Seed / BoundScenario.Configurations % services.Length];
    }

    private static IEnumerable<string> Services(string xml) =>
        Inside(((CibReadResult.Accepted)CibReader.Parse(xml, "drawn")).Cib.Configuration.Resources)
        .OfType<Resource.Primitive>().Where(p => p.Agent?.Class != AgentName.Stonith).Select(p => p.Id.Value);

    private static IEnumerable<Resource> Inside(IEnumerable<Resource> resources) => resources
        .SelectMany(r => Inside(r.Children).Prepend(r));
}
