using Truce.Verify.Corosync;
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
            "every FenceCause case has a golden case or script that produces it, and one in which another "
            + "cause lay close",
            CausesAsync),
        new("behaviour",
            "recorded cases, random clusters, seeds, failover and corosync: each row reaches what it reached "
            + "before (hours; SEEDS= and ROUNDS= take less)",
            BehaviourAsync),
        new("hash",
            "one wrong entry, on the coordinator and elsewhere, with two, three and four members: outvoted "
            + "members take a snapshot, on a tie all hold",
            HashAsync),
        new("tidy", "sources within the listed sizes, switch statements exhaustive; each proven able to fail", TidyAsync),
        InterruptionRow.Row,
    ];

    private static Task<RowResult> CausesAsync() =>
        RunAsync(70, ("Truce.Scheduler.Tests", "*Cause*"), ("Truce.Runtime.Tests", "*Cause*"),
            // What was starting when a node was lost is a cause that the guard adds, not the plan.
            ("Truce.Control.Tests", "Truce.Control.Tests.StartSuspicionTests"));

    private static Task<RowResult> HashAsync() => RunAsync(
        55, ("Truce.Simulator.Tests", "Truce.Simulator.Tests.DifferingStateTests"),
        ("Truce.Control.Tests", "Truce.Control.Tests.StateDigestTests"),
        ("Truce.Control.Tests", "Truce.Control.Tests.ComparisonRuleTests"));

    private static Task<RowResult> TidyAsync() => RunAsync(
        35, ("Truce.Architecture.Tests", "Truce.Architecture.Tests.TidyTests"),
        ("Truce.Architecture.Tests", "Truce.Architecture.Tests.SwitchStatementTests"),
        ("Truce.Architecture.Tests", "Truce.Architecture.Tests.SwitchExpressionTests"));

    private static async Task<RowResult> BehaviourAsync()
    {
        List<(Row Row, RowResult Result)> taken = [];
        foreach (Row row in (Row[])
            [Conformance.Row, RandomClusters.Row, SeedRows.Seeds, .. FailoverRows.All, .. CorosyncRows.All])
        {
            taken.Add((row, await row.RunAsync().ConfigureAwait(false)));
        }

        // A row that can't be taken here doesn't hide one that falls short.
        Verdict verdict = taken.Any(t => t.Result.Verdict == Verdict.Fail) ? Verdict.Fail
            : taken.Any(t => t.Result.Verdict == Verdict.Skip) ? Verdict.Skip
            : Verdict.Pass;
        return new RowResult(verdict, string.Join("; ", taken.Select(
            t => $"{t.Row.Name}: {t.Result.Verdict.ToString().ToUpperInvariant()} {t.Result.Figure}")));
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
