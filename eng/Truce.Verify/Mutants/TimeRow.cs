using System.Globalization;

namespace Truce.Verify.Mutants;

/// <summary>That noticing costs little: the fast suites together, and the simulator's pace.</summary>
internal static class TimeRow
{
    private const int Seeds = 100;
    // bench/results/simulator-speed.md, as of 2026-11-22: 0.21 s of processor time a seed.
    private const double SecondsPerSeedBefore = 0.21;
    private const double SlowerMax = 1.2;
    private static readonly TimeSpan s_suitesMax = TimeSpan.FromMinutes(2);

    private static readonly string[] s_fast =
    [
        "Truce.Model.Tests", "Truce.Scheduler.Tests", "Truce.Control.Tests", "Truce.Runtime.Tests",
        "Truce.Analysis.Tests", "Truce.Engine.Tests", "Truce.Cli.Tests", "Truce.Agents.Tests",
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "time",
        "fast suites under two minutes together; a seed takes no more than a fifth longer than 0.21 s",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        TimeSpan took = TimeSpan.Zero;
        foreach (string suite in s_fast)
        {
            (Outcome outcome, TimeSpan each) = await new Suite(suite).RunAsync([]).ConfigureAwait(false);
            if (outcome.Failures.Count > 0)
                return RowResult.If(false, $"{suite}: {outcome}");
            took += each;
        }

        await Sim.RunAsync(["run"], ("SEEDS", "2"), ("TELL", "0")).ConfigureAwait(false);
        Ended seeds = await Sim.RunAsync(
            ["run"], ("SEEDS", Seeds.ToString(CultureInfo.InvariantCulture)), ("TELL", "0"), ("JOBS", "1"))
            .ConfigureAwait(false);
        double perSeed = seeds.Took.TotalSeconds / Seeds;
        return RowResult.If(
            took < s_suitesMax && perSeed <= SecondsPerSeedBefore * SlowerMax,
            string.Create(
                CultureInfo.InvariantCulture,
                $"suites {took.TotalSeconds:0} s; {perSeed:0.00} s a seed, one at a time; {seeds.LastLine}"));
    }
}
