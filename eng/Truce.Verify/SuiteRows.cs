namespace Truce.Verify;

/// <summary>Rows that rest on tests: what they prove, counted.</summary>
internal static class SuiteRows
{
    private const int BadInputsMin = 40;
    private const int BadInputsPerClassMin = 4;

    /// <summary>Every recorded cluster reads, and what was written reads the same.</summary>
    public static Row Model { get; } = new("model", "all recorded cases read, all round-trip", ModelAsync);

    /// <summary>The plan checker, which shares no code with the scheduler.</summary>
    public static Row Plans { get; } = new(
        "plans", "every plan made in tests passes the checker; the checker is proven able to fail",
        PlansAsync);

    /// <summary>Malformed and hostile configurations.</summary>
    public static Row BadInput { get; } = new(
        "bad-input",
        $"at least {BadInputsMin} malformed or hostile CIBs, {BadInputsPerClassMin} or more of each class, each refused with position and remedy", BadInputAsync);

    private static async Task<RowResult> ModelAsync()
    {
        string folder = Path.Combine(RecordedFolders.First, "xml");
        if (!Directory.Exists(folder))
            return RowResult.Skip("no recorded cases here (TRUCE_CASES)");
        int cases = Directory.GetFiles(folder, "*.xml").Length;
        Outcome outcome = await RunAsync(
            "Truce.Model.Tests", "Truce.Model.Tests.RecordedCaseTests").ConfigureAwait(false);
        return Judge(outcome, outcome.Passed == cases, $"{outcome.Passed} of {cases} read and round-trip");
    }

    private static async Task<RowResult> PlansAsync()
    {
        Outcome outcome = await RunAsync(
            "Truce.Conformance", "Truce.Conformance.Checking.*").ConfigureAwait(false);
        return Judge(
            outcome, outcome.Passed > 0,
            $"{outcome.Passed} checks of plans, and of the checker on spoiled plans");
    }

    private static async Task<RowResult> BadInputAsync()
    {
        string[] classes = Directory.GetDirectories(Repository.At("tests", "Truce.Model.Tests", "bad"));
        int[] perClass = [.. classes.Select(c => Directory.GetFiles(c, "*.xml").Length)];
        Outcome outcome = await RunAsync(
            "Truce.Model.Tests", "Truce.Model.Tests.BadInputTests").ConfigureAwait(false);
        bool enough = perClass.Sum() >= BadInputsMin && perClass.Min() >= BadInputsPerClassMin
            && outcome.Passed >= perClass.Sum();
        return Judge(
            outcome, enough,
            $"{perClass.Sum()} CIBs in {classes.Length} classes, fewest in a class {perClass.Min()}; {outcome.Passed} tests passed");
    }

    private static async Task<Outcome> RunAsync(string suite, string classes) =>
        (await new Suite(suite).RunAsync(["-class", classes]).ConfigureAwait(false)).Outcome;

    private static RowResult Judge(Outcome outcome, bool enough, string figure)
    {
        if (outcome.Failures.Count > 0)
            return RowResult.If(
                false, $"{outcome}; first: {outcome.Failures[0].Name}: {outcome.Failures[0].Text.Split('\n')[0]}");
        return outcome.Skips.Count > 0
            ? RowResult.Skip($"{outcome}; first: {outcome.Skips[0].Text}")
            : RowResult.If(enough, figure);
    }
}
