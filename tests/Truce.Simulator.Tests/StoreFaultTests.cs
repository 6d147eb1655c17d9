using Truce.Ports;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>Stores that fail, and one that lies.</summary>
public sealed class StoreFaultTests
{
    private static readonly int s_three = Enumerable.Range(1, 200).First(IsOfThree);

    [Theory]
    [InlineData(FaultKind.FullDisk)]
    [InlineData(FaultKind.ReadOnlyDisk)]
    [InlineData(FaultKind.DamagedDisk)]
    [InlineData(FaultKind.FullDisks)]
    public void A_store_that_fails_costs_neither_a_promise_nor_a_shot(object kind)
    {
        foreach (int seed in Enumerable.Range(1, 200).Where(IsOfThree).Take(8))
        {
            Outcome outcome = Simulation.Run(Scenario(seed, (FaultKind)kind));
            Assert.True(outcome.Violations.IsEmpty, $"{kind}, seed {seed}\n" + string.Join('\n', outcome.Violations));
            Assert.True(outcome.Fencings == 0, $"{kind}, seed {seed}: {outcome.Fencings} shots\n" + string.Join('\n', Timeline.Lines(Simulation.Run(Scenario(seed, (FaultKind)kind), keepsLogs: true).Ledger, TimelineDetail.Everything).Where(l => l.Contains("fence") || l.Contains("lost") || l.Contains("stuck") || l.Contains("store") || l.Contains("disk")).Take(60)));
            Assert.DoesNotContain(outcome.Ledger.Events, e => e.Event is WorldEvent.PowerLost);
            // One at its boot; for each fault one that waits outside, and one that comes back, and stays.
            int begun = outcome.Ledger.Events.Select(e => e.Event).OfType<WorldEvent.ProcessBegan>()
                .Where(b => b.Role == RoleKind.Controller).GroupBy(b => b.Node).Max(g => g.Count());
            Assert.True(begun <= 5, $"{kind}, seed {seed}: {begun} controllers on one node");
        }
    }

    [Fact]
    public void A_store_that_does_not_sync_is_noticed()
    {
        SimulatedCluster cluster = new(s_three, 3, QuorumRule.Majority);
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.Disk.LiesAboutSyncs = true;
        cluster.BootAll();
        cluster.Configure(Scenario(s_three, FaultKind.FullDisk).Configuration);
        cluster.Operator.Change(cluster.Nodes.Values.First());
        cluster.Clock.Run(TimeSpan.FromSeconds(60));
        Assert.Contains(cluster.Ledger.Violations, v => v.Promise == "S5");
    }

    private static bool IsOfThree(int seed) => ScenarioDraw.Draw(seed) is { Nodes: 3, Rule: QuorumRule.Majority };

    // Two faults of one kind, half a minute apart, in a cluster of three in which nothing else goes wrong.
    private static Scenario Scenario(int seed, FaultKind kind) => ScenarioDraw.Draw(seed) with
    {
        Faults = [new PlannedFault(20_000, kind, seed, seed + 1, 0.9, 0.9, null), new PlannedFault(140_000, kind, seed + 1, seed, 0.9, 0.9, null)],
        Changes = [15_000, 22_000, 40_000, 141_000],
        Length = TimeSpan.FromSeconds(60),
    };
}
