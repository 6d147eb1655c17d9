namespace Truce.Verify.Corosync;

/// <summary>The engines' contract tests, every engine.</summary>
internal static class ContractRow
{
    public static Row Row { get; } = new("contract", "contract tests on all three engines pass", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        Outcome outcome = (await new Suite("Truce.Engine.Tests").RunAsync([]).ConfigureAwait(false)).Outcome;
        string simulator = Repository.At("tests", "Truce.Simulator.Tests");
        bool simulated = Directory.Exists(simulator)
            && Directory.EnumerateFiles(simulator, "*.cs", SearchOption.AllDirectories)
                .Any(f => File.ReadAllText(f).Contains(": EngineContract", StringComparison.Ordinal));
        if (simulated)
            outcome += (await new Suite("Truce.Simulator.Tests").RunAsync(
                ["-class", "*EngineTests"]).ConfigureAwait(false)).Outcome;
        if (outcome.Failures.Count > 0)
            return RowResult.If(
                false, $"{outcome}; first: {outcome.Failures[0].Name}: {outcome.Failures[0].Text.Split('\n')[0]}");
        if (outcome.Skips.Count > 0)
            return RowResult.Skip($"{outcome}; first: {outcome.Skips[0].Text}");
        return RowResult.If(
            simulated, $"{outcome.Passed} tests: local and Corosync{(simulated ? ", simulated" : "; the simulated engine has none yet")}");
    }
}
