namespace Truce.Verify.Everyday;

/// <summary>
/// Each rule of eng/Truce.Sim's RuleMutationList, taken out of a copy of the scheduler, must make a test of
/// <c>make test</c> fail that names it, without any recorded cluster at hand. ONLY= selects rules.
/// </summary>
internal static class RulesRow
{
    private const int RulesMin = 40;
    private const string Scheduler = "Truce.Scheduler.Tests";
    private const string Cases = "Truce.Scheduler.Tests.GoldenPlanTests";
    private static readonly TimeSpan s_buildLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_runLimit = TimeSpan.FromMinutes(5);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "rules",
        $"at least {RulesMin} named rules of the scheduler: each, taken out, makes a suite of make test fail "
        + "in a test that names it, in a clone without recorded clusters", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string tree = Repository.At("artifacts", "mutants-rules");
        if (await MakeAsync(tree).ConfigureAwait(false) is { } problem)
            return RowResult.If(false, problem);
        Outcome clean = await TestAsync(tree, "", []).ConfigureAwait(false);
        if (clean.Failures.Count > 0 || clean.Passed == 0)
            return RowResult.If(false, $"with every rule in place: {clean}");
        Ended list = await Sim.RunAsync(["mutations", "rules"]).ConfigureAwait(false);
        string[] chosen = Environment.GetEnvironmentVariable("ONLY")?.Split(',') ?? [];
        string[] rules =
        [
            .. list.Answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[1])
                .Where(r => chosen.Length == 0 || chosen.Contains(r)),
        ];
        List<string> missed = [];
        foreach (string rule in rules)
        {
            // The rest of the suite can only add failures.
            Outcome outcome = await TestAsync(tree, rule, ["-class", Cases]).ConfigureAwait(false);
            string? by = outcome.Failures
                .FirstOrDefault(f => f.Name.Contains($"\"{rule}\"", StringComparison.Ordinal))?.Name;
            if (by is null)
                missed.Add(rule);
            Console.WriteLine($"  {rule}: {(by is null ? $"NOT CAUGHT ({outcome})" : $"caught by {by}")}");
        }

        return RowResult.If(
            missed.Count == 0 && rules.Length >= RulesMin,
            $"{rules.Length - missed.Count} of {rules.Length} rules caught by name"
            + (missed.Count == 0 ? "" : "; missed: " + string.Join(", ", missed)));
    }

    // Cases of an earlier copy would be run as well, so they go; all else is written over.
    private static async Task<string?> MakeAsync(string tree)
    {
        string cases = Path.Combine(tree, "tests", Scheduler, "cases");
        if (Directory.Exists(cases))
            Directory.Delete(cases, recursive: true);
        Ended planted = await Sim.RunAsync(["plant", Repository.Root, tree, "rules"]).ConfigureAwait(false);
        if (planted.Code != 0)
            return $"the rules can't be taken out: {planted.LastLine}";
        Ended built = await Command.RunAsync(
            "dotnet",
            ["build", $"tests/{Scheduler}", "-c", Repository.Configuration, "-v", "q", "-clp:ErrorsOnly"],
            s_buildLimit, folder: tree).ConfigureAwait(false);
        return built.Code == 0 ? null : $"the copy can't be built: {built.LastLine}";
    }

    // The folder of recorded clusters isn't there, and nothing is accepted.
    private static async Task<Outcome> TestAsync(string tree, string rule, string[] filter) =>
        (await new Suite(Scheduler) { Root = tree }.RunAsync(
            filter,
            new Dictionary<string, string>
            {
                ["TRUCE_MUTATION"] = rule,
                ["TRUCE_CASES"] = Path.Combine(tree, "no-recorded-clusters"),
                ["TRUCE_ACCEPT"] = "",
            },
            s_runLimit).ConfigureAwait(false)).Outcome;
}
