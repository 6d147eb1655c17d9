using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator.Tests;

/// <summary>Each run that once broke a promise, kept under the name of what it showed.</summary>
public sealed class KeptCaseTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "cases"), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_keeps_every_promise_now(string name)
    {
        Scenario scenario = ScenarioText.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", name + ".txt")));
        Outcome outcome = Simulation.Run(scenario);
        Assert.True(
            outcome.Violations.IsEmpty,
            string.Join('\n', outcome.Violations) + "\n" + string.Join('\n', Timeline.Lines(outcome.Ledger, TimelineDetail.World)));
    }

    [Fact]
    public void A_scenario_reads_as_it_was_written()
    {
        string text = ScenarioText.Write(ScenarioDraw.Draw(2));
        Assert.Equal(text, ScenarioText.Write(ScenarioText.Read(text)));
    }
}
