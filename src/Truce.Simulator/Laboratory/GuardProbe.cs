using System.Collections.Immutable;
using System.Globalization;
using Truce.Laboratory;
using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Laboratory;

/// <summary>
/// A situation in which one rule of the fence guard makes the difference: with it nothing is complained of,
/// without it something is. That proves both that the rule is there and that it is seen.
/// </summary>
/// <param name="Name">What mutations call it.</param>
/// <param name="Cause">What goes wrong, of the laboratory.</param>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Minutes">How long, virtual.</param>
/// <param name="ShotsMax">Shots in all.</param>
/// <param name="ShotsAtOneMax">Shots at one node.</param>
internal sealed record GuardProbe(
    string Name, LaboratoryCause Cause, int Nodes, int Minutes, int ShotsMax, int ShotsAtOneMax)
{
    private static readonly TimeSpan s_boot = TimeSpan.FromSeconds(3);

    /// <summary>Cluster options in addition to the defaults.</summary>
    private ImmutableArray<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>Constraints in addition to the scenario's.</summary>
    private string Constraints { get; init; } = "";

    /// <summary>What is wrong before the cluster comes up.</summary>
    private Action<SimulatedCluster> Before { get; init; } = _ => { };

    /// <summary>How often it is taken: what depends on who is a moment faster may be missed once.</summary>
    private int Seeds { get; init; } = 1;

    private static readonly (string, string) s_noLook = ("truce-stop-look", "false");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GuardProbe> All { get; } =
    [
        new("stop-fails-on-three", LaboratoryCause.StopWhenUnmounted, 3, 5, 2, 1) { Options = [s_noLook] },
        new("stop-fails-where-it-prefers", LaboratoryCause.StopWhenUnmounted, 3, 5, 2, 1)
        {
            Options = [s_noLook],
            Constraints = "<rsc_location id=\"home\" rsc=\"bad\" node=\"n1\" score=\"1000\"/>",
        },
        new("stop-fails-while-active", LaboratoryCause.BannedInTurn, 2, 5, 2, 1),
        new("never-started", LaboratoryCause.StopBroken, 2, 3, 0, 0)
        {
            Options = [s_noLook],
            Before = cluster => cluster.Agents.Fails = (_, resource, action) =>
                resource == "bad" && action is OperationNames.Start or OperationNames.Stop,
        },
        new("link-flaps", LaboratoryCause.LinkFlaps, 2, 20, 3, 3),
        new("link-flaps-without-node-limit", LaboratoryCause.LinkFlaps, 2, 24, 6, 6)
        {
            Options = [("truce-fence-shots-per-node", "100")],
        },
        new("link-flaps-with-a-home", LaboratoryCause.LinkFlaps, 2, 20, 3, 3)
        {
            Constraints = "<rsc_location id=\"home\" rsc=\"web\" node=\"n2\" score=\"1000\"/>",
        },
        new("link-cut", LaboratoryCause.LinkCut, 2, 2, 1, 1) { Seeds = 10 },
        new("crasher", LaboratoryCause.Crasher, 3, 5, 2, 2),
    ];

    /// <summary>Runs it: what is complained of, none if the guard holds.</summary>
    public IReadOnlyList<string> Run() => [.. Enumerable.Range(7, Seeds).SelectMany(Run)];

    private IReadOnlyList<string> Run(int seed)
    {
        LaboratoryScenario scenario =
            LaboratoryScenario.All.First(s => s.Cause == Cause) with { Nodes = Nodes };
        SimulatedCluster cluster = new(seed, Nodes, Nodes == 2 ? QuorumRule.TwoNode : QuorumRule.Majority);
        cluster.Engine.WaitsForAll = true;
        cluster.Agents.RebootAfter = s_boot;
        cluster.Agents.ShotsRestartBoots = true;
        Before(cluster);
        cluster.BootAll();
        cluster.Configure(Configuration(scenario));
        bool came = cluster.RunUntil(() => LaboratoryRun.Unrelated.All(
            s => cluster.Agents.ActiveOn(s).Count == 1), 120);
        if (!came)
            return ["the cluster doesn't come up"];
        cluster.Clock.Run(TimeSpan.FromSeconds(30));
        TimeSpan length = TimeSpan.FromMinutes(Minutes);
        new LaboratoryWorld(cluster, scenario, s_boot, length).Begin();
        cluster.Clock.Run(length);
        return [.. Complaints(cluster)];
    }

    private string Configuration(LaboratoryScenario scenario)
    {
        string options = string.Concat(Options.Select(
            o => $"<nvpair id=\"probe-{o.Name}\" name=\"{o.Name}\" value=\"{o.Value}\"/>"));
        return scenario.Configuration(LaboratoryGuard.On)
            .Replace("</cluster_property_set>", options + "</cluster_property_set>", StringComparison.Ordinal)
            .Replace("<constraints>", "<constraints>" + Constraints, StringComparison.Ordinal);
    }

    private IEnumerable<string> Complaints(SimulatedCluster cluster)
    {
        (NodeId By, NodeId Target)[] shots = LaboratoryRun.Shots(cluster, 0);
        int crashes = cluster.Ledger.Events.Count(
            e => e.Event is WorldEvent.PowerLost { Why: LaboratoryWorld.Crashed });
        int most = shots.CountBy(s => s.Target).Select(c => c.Value).DefaultIfEmpty().Max();
        if (shots.Length > ShotsMax)
            yield return Words($"{shots.Length} shots");
        if (most > ShotsAtOneMax)
            yield return Words($"{most} shots at one node");
        if (crashes > 2)
            yield return Words($"{crashes} crashes");
        if (LaboratoryRun.Exchanges(shots) > 1)
            yield return Words($"{LaboratoryRun.Exchanges(shots)} exchanges");
        foreach (var violation in cluster.Ledger.Violations)
            yield return violation.ToString();
    }

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
