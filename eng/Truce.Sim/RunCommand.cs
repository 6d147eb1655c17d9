using System.Text.Json;
using Truce.Simulator;
using Truce.Simulator.Checks;
using Truce.Simulator.Scenarios;

namespace Truce.Sim;

/// <summary><c>make sim</c>: many seeds, or one. A failing one is shrunk and told.</summary>
internal static class RunCommand
{
    private static readonly int s_toldMax = int.TryParse(Environment.GetEnvironmentVariable("TELL"), out int told) ? told : 3;

    public static int Run()
    {
        if (Settings.Seed is { } seed)
            return One(seed);
        List<Outcome> failed = [];
        Totals totals = SeedRunner.Run(Settings.First, Settings.Seeds, Settings.Jobs, Settings.Configuration, outcome =>
        {
            if (!outcome.Violations.IsEmpty)
            {
                Console.WriteLine($"seed {outcome.Scenario.Seed}: {Brief(outcome.Violations[0])}");
                failed.Add(outcome);
            }

            return true;
        });
        foreach (Outcome outcome in failed.OrderBy(f => f.Scenario.Seed).Take(s_toldMax))
            Tell(Shrinker.Shrink(outcome), outcome.Scenario);
        return End(totals);
    }

    // Exactly the run of that seed; with TRACE=1 every step of it.
    private static int One(int seed)
    {
        Outcome outcome = Simulation.Run(ScenarioDraw.Draw(seed, Settings.Configuration), keepsLogs: Settings.Trace);
        Console.WriteLine(outcome.Scenario);
        foreach (string line in Timeline.Lines(outcome.Ledger, Settings.Trace ? TimelineDetail.Everything : TimelineDetail.World))
            Console.WriteLine(line);
        foreach (Violation violation in outcome.Violations)
            Console.WriteLine(violation);
        if (!outcome.Violations.IsEmpty && !Settings.Trace)
            Tell(Shrinker.Shrink(outcome), outcome.Scenario);
        Totals totals = new();
        totals.Add(outcome);
        return End(totals);
    }

    private static void Tell(Outcome shrunk, Scenario original)
    {
        Console.WriteLine();
        Console.WriteLine($"seed {original.Seed} at commit {Settings.Commit()} breaks {shrunk.Broken}; make sim SEED={original.Seed} replays it");
        Console.WriteLine($"  {original}");
        Console.WriteLine($"shrunk to {shrunk.Scenario}:");
        Console.Write(ScenarioText.Write(shrunk.Scenario));
        foreach (string line in Timeline.Lines(shrunk.Ledger, TimelineDetail.World).TakeLast(400))
            Console.WriteLine(line);
        foreach (Violation violation in shrunk.Violations.Take(5))
            Console.WriteLine($"BROKEN {violation}");
    }

    private static int End(Totals totals)
    {
        if (Settings.TotalsFile is { } file)
            File.WriteAllText(file, JsonSerializer.Serialize(totals));
        Console.WriteLine(totals);
        return totals.Violations == 0 ? 0 : 1;
    }

    private static string Brief(Violation violation)
    {
        string text = violation.ToString();
        return text.Length <= 240 ? text : text[..240] + "...";
    }
}
