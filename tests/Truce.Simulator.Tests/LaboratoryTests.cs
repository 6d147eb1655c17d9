using Truce.Laboratory;
using Truce.Simulator.Laboratory;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>Some of the deathmatch laboratory; <c>make verify-fencing</c> takes all of it, for an hour
/// each.</summary>
public sealed class LaboratoryTests
{
    private static readonly TimeSpan s_boot = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Stops =>
        ["stop-unmounted", "stop-asks-df", "stop-slow", "stop-broken", "clock-jumps", "banned-in-turn"];

    [Theory]
    [MemberData(nameof(Stops))]
    public void A_stop_that_fails_for_ever_costs_two_shots_and_without_the_guard_many(string name)
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(s => s.Name == name);
        LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, s_boot, s_length);
        Assert.Empty(on.Violations);
        Assert.InRange(on.Shots, 0, scenario.ShotsMax);
        Assert.InRange(on.Uptime, 0.95, 1);
        LaboratoryOutcome limits = LaboratoryRun.Run(scenario, LaboratoryGuard.LimitsAlone, s_boot, s_length);
        Assert.Empty(limits.Violations);
        Assert.InRange(limits.Shots, 1, scenario.ShotsMax);
        LaboratoryOutcome off = LaboratoryRun.Run(scenario, LaboratoryGuard.Off, s_boot, s_length);
        Assert.True(off.Shots > scenario.ShotsMax, $"{off.Shots} shots");
    }

    [Theory]
    [InlineData("stop-unmounted")]
    [InlineData("stop-asks-df")]
    [InlineData("stop-slow")]
    public void A_stop_that_fails_where_nothing_is_left_costs_no_shot(string name)
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(s => s.Name == name);
        LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, s_boot, s_length);
        Assert.Empty(on.Violations);
        Assert.Equal(0, on.Shots);
        Assert.Contains(
            on.Ledger.Events, e => e.Event is WorldEvent.AgentEnded { Spec.Remains: Ports.Remains.Told });
    }

    [Fact]
    public void What_crashes_each_node_that_it_starts_on_costs_two_nodes_and_then_nothing()
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(s => s.Cause == LaboratoryCause.Crasher);
        LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, s_boot, s_length);
        Assert.Empty(on.Violations);
        Assert.InRange(on.Shots, 0, scenario.ShotsMax);
        Assert.InRange(on.Uptime, 0.95, 1);
        LaboratoryOutcome off = LaboratoryRun.Run(scenario, LaboratoryGuard.Off, s_boot, s_length);
        Assert.True(off.Shots > scenario.ShotsMax, $"{off.Shots} shots");
    }

    [Theory]
    [InlineData("slow-switch")]
    [InlineData("start-up")]
    [InlineData("slow-join")]
    [InlineData("lying-device")]
    public void Slow_boots_and_lies_cost_few_shots(string name)
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(s => s.Name == name);
        LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, s_boot, s_length);
        Assert.Empty(on.Violations);
        Assert.InRange(on.Shots, 0, scenario.ShotsMax);
    }

    [Fact]
    public void A_link_that_flaps_costs_three_shots_and_then_none_where_one_side_shoots_first()
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(
            s => s.Cause == LaboratoryCause.LinkFlaps);
        SimulatedCluster cluster = new(seed: 7, scenario.Nodes, QuorumRule.TwoNode);
        cluster.Agents.RebootAfter = s_boot;
        cluster.BootAll();
        cluster.Configure(scenario.Configuration(LaboratoryGuard.On).Replace(
            "<operations><op id=\"power-m\"",
            "<instance_attributes id=\"power-i\"><nvpair id=\"power-d\" name=\"pcmk_delay_base\" "
                + "value=\"n1:5s\"/>"
            + "</instance_attributes><operations><op id=\"power-m\"", StringComparison.Ordinal));
        Assert.True(
            cluster.RunUntil(() => cluster.IsSettled() && cluster.Agents.ActiveOn("web").Count == 1, 120));
        for (int cut = 0; cut < 10; cut++)
        {
            cluster.Engine.Split(n => n == cluster.Nodes.Keys.First() ? 0 : 1);
            cluster.Clock.Run(TimeSpan.FromMinutes(1));
            cluster.Engine.HealAll();
            cluster.Clock.Run(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(cluster.Ledger.Violations);
        Assert.InRange(cluster.Ledger.Events.Count(e => e.Event is WorldEvent.Shot), 1, scenario.ShotsMax);
        Assert.Equal([cluster.Nodes.Keys.First()], cluster.Agents.ActiveOn("web"));
    }

    [Fact]
    public void Of_two_nodes_that_are_cut_apart_one_survives_and_serves()
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(s => s.Name == "link-cut");
        LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, s_boot, s_length);
        Assert.Empty(on.Violations);
        Assert.Equal(1, on.Shots);
        Assert.InRange(on.Uptime, 0.95, 1);
    }
}
