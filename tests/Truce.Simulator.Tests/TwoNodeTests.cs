using Truce.Contracts;
using Truce.Laboratory;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>Two nodes, each quorate alone: what keeps one of them alive, and what makes it wait for
/// nothing.</summary>
public sealed class TwoNodeTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("n1", 0)]
    [InlineData("n2", 0)]
    [InlineData("n1", 1_500)]
    [InlineData("n2", 1_500)]
    [InlineData("n1", 10_000)]
    [InlineData("n2", 10_000)]
    public void Cut_apart_the_one_with_the_higher_priority_survives(string important, int fenceMs)
    {
        SimulatedCluster cluster = Up(important);
        cluster.Agents.Takes = (_, spec) => spec is { Kind: AgentKind.Fence, Action: "off" or "reboot" }
            ? TimeSpan.FromMilliseconds(fenceMs) : null;
        Cut(cluster);
        cluster.Clock.Run(s_minute);
        WorldEvent.Shot shot = Assert.Single(Shots(cluster));
        Assert.Equal(important, shot.By.Value);
        Assert.Empty(cluster.Violations);
        Assert.All(LaboratoryServices, s => Assert.Equal([shot.By], cluster.Agents.ActiveOn(s)));
        // After the heal both tell what both wanted.
        cluster.Engine.HealAll();
        Assert.True(cluster.RunUntil(cluster.IsSettled, 120), cluster.Story());
        foreach (SimulatedNode node in cluster.Nodes.Values)
        {
            FenceState[] fences = [.. node.Control!.State!.Fences.Where(f => f.Intent.IsContended)];
            Assert.Equal(
                [(shot.Target, FenceStage.Done), (shot.By, FenceStage.Obsolete)],
                fences.Select(f => (f.Intent.Target, f.Stage))
                    .OrderByDescending(f => f.Stage == FenceStage.Done));
            Assert.All(fences, f => Assert.Contains(
                $"{important} may shoot first", f.Intent.HeadStart, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("n1")]
    [InlineData("n2")]
    public void A_node_that_lost_its_power_is_recovered_at_once_and_without_a_shot(string lost)
    {
        SimulatedCluster cluster = Up(important: lost);
        cluster.Nodes[new NodeId(lost)].PowerOff();
        NodeId survivor = cluster.Nodes.Keys.Single(n => n.Value != lost);
        // The engine's token, and a few questions; the head start alone is fifteen.
        Assert.True(
            cluster.RunUntil(
                () => LaboratoryServices.All(s => cluster.Agents.ActiveOn(s).Contains(survivor)), 10),
            cluster.Story());
        Assert.Empty(Shots(cluster));
        FenceState fence = Assert.Single(cluster.Nodes[survivor].Control!.State!.Fences);
        Assert.Equal((FenceStage.Done, FenceProof.Status), (fence.Stage, fence.Proof));
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void Where_the_first_can_not_shoot_the_other_does_after_its_wait()
    {
        SimulatedCluster cluster = Up("n1");
        cluster.Agents.Fails = (node, _, action) => node.Value == "n1" && action is "off" or "reboot";
        Cut(cluster);
        cluster.Clock.Run(s_minute / 2);
        Assert.Equal("n2", Assert.Single(Shots(cluster)).By.Value);
        Assert.Empty(cluster.Violations);
    }

    [Fact]
    public void A_node_that_dies_together_with_its_management_controller_waits_for_a_persons_word()
    {
        SimulatedCluster cluster = Up("n1");
        cluster.Node(1).IsUnplugged = true;
        cluster.Node(1).PowerOff();
        cluster.Clock.Run(5 * s_minute);
        Assert.Empty(Shots(cluster));
        Assert.Empty(cluster.Agents.ActiveOn("db"));
        Assert.Equal(FenceStage.Failed, cluster.Node(2).Control!.State!.Fences.Last().Stage);
        ClientReply.Status status =
            Assert.IsType<ClientReply.Status>(cluster.Ask(2, new ClientRequest.GetStatus()));
        Assert.Contains(status.Cluster.Holds, h => h.Reason.Contains(
            "truce fence confirm n1 --it-is-off", StringComparison.Ordinal));
        cluster.Operator.Vouch(cluster.Node(2), cluster.Node(1));
        Assert.True(cluster.RunUntil(() => cluster.Agents.ActiveOn("db").Count == 1, 30), cluster.Story());
        Assert.Empty(cluster.Violations);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void After_both_lost_power_the_one_that_returns_alone_risks_nothing(int first, int second)
    {
        SimulatedCluster cluster = Up("n1");
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.PowerOff();
        cluster.Clock.Run(s_minute);
        cluster.Node(first).Boot();
        cluster.Clock.Run(3 * s_minute);
        Assert.Empty(Shots(cluster));
        Assert.All(LaboratoryServices, s => Assert.Empty(cluster.Agents.ActiveOn(s)));
        cluster.Node(second).Boot();
        Assert.True(
            cluster.RunUntil(() => LaboratoryServices.All(s => cluster.Agents.ActiveOn(s).Count == 1), 60),
            cluster.Story());
        Assert.Empty(Shots(cluster));
        Assert.Empty(cluster.Violations);
    }

    private static IReadOnlyList<string> LaboratoryServices => ["db", "web"];

    private static IReadOnlyList<WorldEvent.Shot> Shots(SimulatedCluster cluster) =>
        [.. cluster.Ledger.Events.Select(e => e.Event).OfType<WorldEvent.Shot>()];

    private static void Cut(SimulatedCluster cluster) => cluster.Engine.Split(n => n.Value == "n1" ? 0 : 1);

    // What matters runs on that node: one of two services has a priority, and prefers it.
    private static SimulatedCluster Up(string important)
    {
        SimulatedCluster cluster = new(seed: 7, nodes: 2, QuorumRule.TwoNode);
        string configuration = LaboratoryScenario.All.Single(s => s.Name == "link-cut")
            .Configuration(LaboratoryGuard.On, important);
        cluster.BootAll();
        cluster.Configure(configuration);
        Assert.True(
            cluster.RunUntil(
                () => cluster.IsSettled()
                    && cluster.Agents.ActiveOn("db").SingleOrDefault().Value == important
                    && cluster.Agents.ActiveOn("web").Count == 1, 120),
            cluster.Story());
        return cluster;
    }
}
