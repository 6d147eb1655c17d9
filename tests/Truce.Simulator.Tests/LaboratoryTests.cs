using Truce.Laboratory;
using Truce.Simulator.Laboratory;

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
        LaboratoryOutcome off = LaboratoryRun.Run(scenario, LaboratoryGuard.Off, s_boot, s_length);
        Assert.True(off.Shots > scenario.ShotsMax, $"{off.Shots} shots");
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
    public void Of_two_nodes_that_are_cut_apart_one_survives_and_serves()
    {
        LaboratoryScenario scenario = LaboratoryScenario.All.Single(s => s.Name == "link-cut");
        LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, s_boot, s_length);
        Assert.Empty(on.Violations);
        Assert.Equal(1, on.Shots);
        Assert.InRange(on.Uptime, 0.95, 1);
    }
}
