using System.Collections.Immutable;
using Truce.Model;
using Truce.Simulator.Checks;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator;

/// <summary>What came of a run.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Violations">Promises broken.</param>
/// <param name="VirtualTime">How long the world lasted.</param>
/// <param name="Faults">Faults by kind.</param>
/// <param name="Met">Which fault met which states.</param>
/// <param name="Fencings">Nodes that were switched off.</param>
/// <param name="Failovers">Services that came up on another node than before.</param>
/// <param name="Ledger">Everything that happened.</param>
internal sealed record Outcome(
    Scenario Scenario,
    ImmutableArray<Violation> Violations,
    TimeSpan VirtualTime,
    IReadOnlyDictionary<FaultKind, int> Faults,
    IReadOnlyDictionary<(FaultKind Kind, Moment Moment), int> Met,
    int Fencings,
    int Failovers,
    Ledger Ledger)
{
    /// <summary>The promise that was broken first; null: none.</summary>
    public string? Broken => Violations.IsEmpty ? null : Violations[0].Promise;
}

/// <summary>Runs a scenario: the cluster comes up, things go wrong for a while, then all is
/// healed and it must recover.</summary>
internal static class Simulation
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    // Ten attempts, the pauses between them growing.
    private static readonly TimeSpan s_fencingFails = TimeSpan.FromSeconds(140);

    /// <summary>Runs it. <paramref name="keepsLogs"/>: what the roles log is in the ledger.</summary>
    public static Outcome Run(Scenario scenario, bool keepsLogs = false)
    {
        SimulatedCluster cluster = new(scenario.Seed, scenario.Nodes, scenario.Rule)
        {
            WatchdogTimeout = scenario.Watchdog,
            ProcessNumbersRepeat = scenario.ProcessNumbersRepeat,
        };
        cluster.Ledger.KeepsLogs = keepsLogs;
        cluster.Ledger.Watch(new FencingBoundChecker());
        cluster.Ledger.Watch(new ShotsPerCauseChecker());
        Expectations expected = Expectations.Of(scenario.Configuration, scenario.Nodes, cluster.Rules.Limits);
        cluster.Rules.IgnoresQuorum = expected.IgnoresQuorum;
        FaultInjector injector = new(cluster, [.. expected.Services.Select(s => s.Name)]);
        try
        {
            Run(scenario, cluster, injector, expected);
        }
        catch (InvariantException thrown)
        {
            cluster.Ledger.Accuse("defect", thrown.Message);
        }

        return new Outcome(
            scenario, [.. cluster.Ledger.Violations], TimeSpan.FromMilliseconds(cluster.Clock.NowMs - 1_000), injector.Counts,
            injector.Met, cluster.Agents.Shots, Failovers(cluster.Ledger), cluster.Ledger);
    }

    private static void Run(Scenario scenario, SimulatedCluster cluster, FaultInjector injector, Expectations expected)
    {
        cluster.BootAll();
        cluster.Configure(scenario.Configuration);
        long begin = cluster.Clock.NowNs;
        long end = begin + (scenario.Trouble.Ticks * 100);
        foreach (PlannedFault fault in scenario.Faults)
            cluster.Clock.At(begin + (fault.AtMs * 1_000_000L), () => Await(cluster, injector, fault, end));
        foreach (int at in scenario.Changes)
            cluster.Clock.At(begin + (at * 1_000_000L), () => cluster.Operator.Change(Any(cluster)));
        cluster.Clock.Run(scenario.Trouble);
        injector.Stop();
        cluster.Clock.Run(s_patience);
        new LivenessCheck(cluster, expected).Judge();
        foreach (SimulatedNode node in cluster.Nodes.Values)
            cluster.Operator.Look(node);
        long left = (long)scenario.Length.TotalMilliseconds - cluster.Clock.NowMs + 1_000;
        cluster.Clock.Run(TimeSpan.FromMilliseconds(Math.Max(1_000, left)));
        cluster.CompareAll();
    }

    // A fault that waits for a state strikes at the very step that leads to it, or after a while without, and
    // before the time of faults ends: none is lost.
    private static void Await(SimulatedCluster cluster, FaultInjector injector, PlannedFault fault, long endNs)
    {
        if (fault.When is not { } moment)
        {
            injector.Strike(fault);
            return;
        }

        bool waits = true;
        cluster.Stepped += Look;
        TimeSpan patience = moment == Moment.FencingFailed ? s_fencingFails : s_patience;
        TimeSpan left = TimeSpan.FromTicks((endNs - cluster.Clock.NowNs) / 100) - s_look;
        cluster.Clock.After(patience < left ? patience : left, Strike);
        LookNowAndThen();

        void LookNowAndThen()
        {
            Look();
            if (waits)
                cluster.Clock.After(s_look, LookNowAndThen);
        }

        void Look()
        {
            if (waits && Moments.IsNow(cluster, moment))
                Strike();
        }

        void Strike()
        {
            if (!waits)
                return;
            waits = false;
            cluster.Stepped -= Look;
            injector.Strike(fault);
        }
    }

    private static SimulatedNode Any(SimulatedCluster cluster) =>
        cluster.Nodes.Values.ElementAt(cluster.Clock.Random.Next(cluster.Nodes.Count));

    private static int Failovers(Ledger ledger)
    {
        Dictionary<string, NodeId> last = [];
        int count = 0;
        foreach ((_, WorldEvent happened) in ledger.Events)
        {
            if (happened is not WorldEvent.ServiceChanged { State: ServiceState.Active } change)
                continue;
            if (last.TryGetValue(change.Resource, out NodeId before) && before != change.Node)
                count++;
            last[change.Resource] = change.Node;
        }

        return count;
    }
}
