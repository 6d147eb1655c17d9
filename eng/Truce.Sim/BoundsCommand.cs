using System.Globalization;
using Truce.Analysis.Failover;
using Truce.Simulator;
using Truce.Simulator.Bounds;

namespace Truce.Sim;

/// <summary><c>bounds</c>: times recoveries against what failover-time promised. SEEDS=, FIRST=, or SEED=
/// for one.</summary>
internal static class BoundsCommand
{
    private const double Tight = 0.8;

    // FORGET=Fence and the like: the checker must find a bound without those addends broken.
    private static FailoverTermKind? Forgotten =>
        Enum.TryParse(Environment.GetEnvironmentVariable("FORGET"), out FailoverTermKind kind) ? kind : null;

    public static int Run()
    {
        if (Settings.Seed is { } seed)
            return One(seed);
        List<BoundOutcome> outcomes = [];
        object one = new();
        Parallel.For(Settings.First, Settings.First + Settings.Seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Settings.Jobs }, s =>
        {
            BoundOutcome outcome = BoundRun.Run(BoundScenario.Of(s), Forgotten);
            lock (one)
                outcomes.Add(outcome with { Ledger = null });
        });
        return Tell(outcomes);
    }

    private static int One(int seed)
    {
        BoundOutcome outcome = BoundRun.Run(BoundScenario.Of(seed));
        Console.WriteLine(
            $"{outcome.Scenario}, {outcome.Resource}: {outcome.MeasuredMs} of {outcome.PromisedMs} ms");
        if (outcome.Ledger is { } ledger)
        {
            foreach (string line in Timeline.Lines(ledger, Settings.Trace ? TimelineDetail.Everything
                : TimelineDetail.World))
                Console.WriteLine(line);
        }

        foreach (var violation in outcome.Violations)
            Console.WriteLine($"BROKEN {violation}");
        return outcome.Violations.IsEmpty ? 0 : 1;
    }

    private static int Tell(List<BoundOutcome> outcomes)
    {
        foreach (BoundOutcome broken in outcomes
            .Where(o => !o.Violations.IsEmpty).OrderBy(o => o.Scenario.Seed).Take(20))
            Console.WriteLine($"{broken.Scenario}: {broken.Violations[0]}");
        foreach (IGrouping<FailoverCause, BoundOutcome> cause in outcomes
            .Where(o => o.PromisedMs is not null).GroupBy(o => o.Scenario.Cause).OrderBy(c => c.Key))
            Console.WriteLine(Line(cause));
        int recoveries = outcomes.Count(o => o.MeasuredMs is not null);
        int configurations = outcomes.Select(o => o.Scenario.Configuration).Distinct().Count();
        int violations = outcomes.Sum(o => o.Violations.Length);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcomes.Count} seeds, {recoveries} recoveries, {configurations} configurations, "
            + $"{violations} violations"));
        return violations == 0 ? 0 : 1;
    }

    private static string Line(IGrouping<FailoverCause, BoundOutcome> cause)
    {
        double[] longest = [.. cause.Where(o => o.Scenario.Mode == BoundMode.Adversarial).GroupBy(o =>
            o.Scenario.Configuration).Select(c => c.Max(o => o.Share))];
        int tight = longest.Count(s => s >= Tight);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cause {FailoverCauses.Word(cause.Key)} recoveries {cause.Count(o => o.MeasuredMs is not null)} "
            + $"configurations {longest.Length} tight {tight} longest_share {cause.Max(o => o.Share):F3} "
            + $"median_longest_share {longest.Order().ElementAtOrDefault(longest.Length / 2):F3}");
    }
}
