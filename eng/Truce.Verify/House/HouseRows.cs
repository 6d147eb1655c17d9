using Truce.Verify.Corosync;
using Truce.Verify.Scheduling;

namespace Truce.Verify.House;

/// <summary>The house itself: causes, comparison of states, tidiness, and that nothing has changed its
/// behaviour.</summary>
internal static class HouseRows
{
    private const int SeedsLeast = 500;
    private const int SplitsLeast = 3;

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("causes",
            "every FenceCause case has a golden case or script that produces it, and one in which another "
            + "cause lay close",
            CausesAsync),
        new("hash",
            "one wrong entry, on the coordinator and elsewhere, with two, three and four members: outvoted "
            + "members take a snapshot, on a tie all hold",
            HashAsync),
        new("tidy", "sources within the listed sizes, switch statements exhaustive; each proven able to fail", TidyAsync),
        InterruptionRow.Row,
        .. Behaviour,
    ];

    // What was there before and must not have changed: each row is kept by itself, so that hours can be taken
    // in parts. Here a sample of seeds and splits is enough; their own verifications ask for all of them.
    private static IEnumerable<Row> Behaviour =>
    [
        Conformance.Row, RandomClusters.Row, .. FailoverRows.All,
        .. CorosyncRows.All.Select(r => r == SplitsRow.Row ? SplitsRow.AtLeast(SplitsLeast) : r),
        SeedRows.AtLeast(SeedsLeast),
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
