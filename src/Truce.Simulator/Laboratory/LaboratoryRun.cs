using System.Collections.Immutable;
using System.Globalization;
using Truce.Laboratory;
using Truce.Model;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Simulator.Laboratory;

/// <summary>What came of a laboratory scenario.</summary>
/// <param name="Shots">Times that a device was asked to switch a node and said that it did.</param>
/// <param name="Exchanges">Times that a node which had been shot by another shot that one in turn.</param>
/// <param name="Uptime">The share of the time that the unrelated services ran, the worse of both.</param>
/// <param name="Violations">Promises broken (S1 and the others; S4 is what is counted).</param>
/// <param name="Ledger">Everything that happened.</param>
internal sealed record LaboratoryOutcome(
    int Shots, int Exchanges, double Uptime, ImmutableArray<Violation> Violations, Ledger Ledger);

/// <summary>Runs a scenario of the laboratory in virtual time.</summary>
internal static class LaboratoryRun
{
    /// <summary>The services that have nothing to do with any cause.</summary>
    public static IReadOnlyList<string> Unrelated { get; } = ["web", "db"];

    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="scenario">Which.</param>
    /// <param name="guard">With the guard's limits, or without.</param>
    /// <param name="boot">How long a machine needs from power on to its cluster software's start.</param>
    /// <param name="length">How long.</param>
    public static LaboratoryOutcome Run(
        LaboratoryScenario scenario, LaboratoryGuard guard, TimeSpan boot, TimeSpan length)
    {
        SimulatedCluster cluster = new(
            seed: 7, scenario.Nodes, scenario.Nodes == 2 ? QuorumRule.TwoNode : QuorumRule.Majority);
        // Without wait_for_all, which two votes of which one is enough need, a
        // node that returns shoots its peer.
        cluster.Engine.WaitsForAll = guard != LaboratoryGuard.Off;
        cluster.Agents.RebootAfter = boot;
        cluster.Agents.ShotsRestartBoots = true;
        string configuration = scenario.Configuration(guard);
        cluster.BootAll();
        cluster.Configure(configuration);
        bool came = cluster.RunUntil(
            () => cluster.IsSettled() && Unrelated.All(s => cluster.Agents.ActiveOn(s).Count == 1), 120);
        InvariantException.Require(came, "the cluster doesn't come up\n" + cluster.Story());
        cluster.Clock.Run(s_calm);
        long begin = cluster.Clock.NowMs;
        TimeSpan dark = new LaboratoryWorld(cluster, scenario, boot, length).Begin();
        cluster.Clock.Run(length);
        return Judge(cluster, begin, dark);
    }

    // While machines that the scenario itself switched off boot, nothing could run.
    private static LaboratoryOutcome Judge(SimulatedCluster cluster, long begin, TimeSpan dark)
    {
        (NodeId By, NodeId Target)[] shots = Shots(cluster, begin);
        double uptime = Unrelated.Min(s => Uptime(cluster, s, begin + (long)dark.TotalMilliseconds));
        return new LaboratoryOutcome(
            shots.Length, Exchanges(shots), uptime, [.. cluster.Ledger.Violations], cluster.Ledger);
    }

    /// <summary>The shots since a time.</summary>
    public static (NodeId By, NodeId Target)[] Shots(SimulatedCluster cluster, long begin) =>
        [.. cluster.Ledger.Events.Where(e => e.AtMs >= begin)
            .Select(e => Shot(e.Event)).OfType<(NodeId, NodeId)>()];

    // Nodes that shoot each other at once get no confirmation; a device that lies doesn't shoot.
    private static (NodeId By, NodeId Target)? Shot(WorldEvent happened)
    {
#pragma warning disable TRUCE001 // Two of all events are shots.
        return happened switch
#pragma warning restore TRUCE001
        {
            WorldEvent.Shot shot => (shot.By, shot.Target),
            WorldEvent.ShotConfirmed { IsTrue: false } lie => (lie.By, lie.Target),
            _ => null,
        };
    }

    /// <summary>Times that a node which had been shot by another shot that one in turn.</summary>
    public static int Exchanges((NodeId By, NodeId Target)[] shots)
    {
        HashSet<(NodeId By, NodeId Target)> open = [];
        int exchanges = 0;
        foreach ((NodeId By, NodeId Target) shot in shots)
        {
            if (open.Remove((shot.Target, shot.By)))
                exchanges++;
            else
                open.Add((shot.By, shot.Target));
        }

        return exchanges;
    }

    private static double Uptime(SimulatedCluster cluster, string service, long begin)
    {
        HashSet<NodeId> active = [];
        long since = 0;
        long up = 0;
        foreach ((long at, WorldEvent happened) in cluster.Ledger.Events)
        {
            if (happened is not WorldEvent.ServiceChanged change || change.Resource != service)
                continue;
            if (active.Count > 0)
                up += Math.Max(0, at - Math.Max(begin, since));
            since = at;
            if (change.State == ServiceState.Inactive)
                active.Remove(change.Node);
            else
                active.Add(change.Node);
        }

        long end = cluster.Clock.NowMs;
        if (active.Count > 0)
            up += end - Math.Max(begin, since);
        return (double)up / (end - begin);
    }

    /// <summary>The line of a table.</summary>
    public static string Line(
        LaboratoryScenario scenario, TimeSpan boot, LaboratoryOutcome on, LaboratoryOutcome off) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{scenario.Name} boot={boot.TotalSeconds:0} shots={on.Shots} exchanges={on.Exchanges} "
            + $"uptime={100 * on.Uptime:0.0} violations={on.Violations.Length} "
            + $"shots_off={off.Shots} uptime_off={100 * off.Uptime:0.0}");
}
