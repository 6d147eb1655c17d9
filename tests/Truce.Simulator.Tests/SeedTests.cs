using System.Globalization;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>Some seeds in every test run; <c>make sim</c> and <c>make verify-simulator</c> take many more.</summary>
public sealed class SeedTests
{
    private const int PerCase = 25;

    // `make sim` begins at 1 by itself.
    private const int First = 101;

    private static int Seeds => int.Parse(
        Environment.GetEnvironmentVariable("TRUCE_SEEDS") ?? "100", CultureInfo.InvariantCulture);

    public static TheoryData<int> Firsts => [.. Enumerable.Range(0, Math.Max(1, Seeds / PerCase)).Select(i => First + (i * PerCase))];

    [Theory]
    [MemberData(nameof(Firsts))]
    public void Every_promise_is_kept(int first)
    {
        for (int seed = first; seed < first + PerCase; seed++)
        {
            // A quarter of the length: what goes wrong, goes wrong early; the full length is for many seeds.
            Scenario scenario = ScenarioDraw.Draw(seed) with { Length = TimeSpan.FromSeconds(60) };
            Outcome outcome = Simulation.Run(scenario);
            Assert.True(outcome.Violations.IsEmpty, $"make sim SEED={seed}\n" + string.Join('\n', outcome.Violations));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        string Trace() => string.Join('\n', Timeline.Lines(
            Simulation.Run(ScenarioDraw.Draw(5), keepsLogs: true).Ledger, TimelineDetail.Everything));
        Assert.Equal(Trace(), Trace());
    }
}
