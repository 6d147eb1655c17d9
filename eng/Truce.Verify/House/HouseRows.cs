using Truce.Verify.Scheduling;

namespace Truce.Verify.House;

/// <summary>The house itself: causes, comparison of states, tidiness, and that nothing has changed its
/// behaviour.</summary>
internal static class HouseRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("causes",
            "every FenceCause case has a golden case or script that produces it, and one in which another cause lay close", CausesAsync),
        new("behaviour", "recorded cases, random clusters and seeds: no level lower", BehaviourAsync),
        new("hash", "one wrong entry, on the coordinator and elsewhere, with two, three and four members: outvoted members take a snapshot, on a tie all hold", HashAsync),
        new("tidy", "sources within the listed sizes, switch statements exhaustive; each proven able to fail", TidyAsync),
        InterruptionRow.Row,
    ];

    private static Task<RowResult> CausesAsync() =>
        RunAsync(1, ("Truce.Control.Tests", "*Cause*"), ("Truce.Scheduler.Tests", "*Cause*"));

    private static Task<RowResult> HashAsync() => RunAsync(
        40, ("Truce.Simulator.Tests", "Truce.Simulator.Tests.DifferingStateTests"),
            ("Truce.Control.Tests", "Truce.Control.Tests.StateDigestTests"),
        ("Truce.Control.Tests", "Truce.Control.Tests.ComparisonRuleTests"));

    private static Task<RowResult> TidyAsync() => RunAsync(
        20, ("Truce.Architecture.Tests", "Truce.Architecture.Tests.TidyTests"),
        ("Truce.Architecture.Tests", "Truce.Architecture.Tests.SwitchStatementTests"));

    private static async Task<RowResult> BehaviourAsync()
    {
        List<string> told = [];
        Verdict worst = Verdict.Pass;
        foreach (Row row in (Row[])[Conformance.Row, RandomClusters.Row, SeedRows.Seeds])
        {
            RowResult result = await row.RunAsync().ConfigureAwait(false);
            told.Add($"{row.Name}: {result.Verdict.ToString().ToUpperInvariant()} {result.Figure}");
            worst = (Verdict)Math.Max((int)worst, (int)result.Verdict);
        }

        return new RowResult(worst, string.Join("; ", told));
    }

    private static async Task<RowResult> RunAsync(
        int passedMin, params (string Suite, string Classes)[] tests)
    {
        Outcome all = new(0, [], []);
        foreach ((string suite, string classes) in tests)
            all += (await new Suite(suite).RunAsync(["-class", classes]).ConfigureAwait(false)).Outcome;
        return all.Failures.Count > 0
            ? RowResult.If(
            false, $"{all}; first: {all.Failures[0].Name}: {all.Failures[0].Text.Split('\n')[0]}")
            : RowResult.If(all.Passed >= passedMin && all.Skips.Count == 0, all.ToString());
    }
}
