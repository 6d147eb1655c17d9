using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Truce.Simulator;
using Truce.Simulator.Scenarios;

namespace Truce.Sim;

/// <summary>Stops at the first seed that breaks a promise: how mutations are caught. PROMISE names the one that counts.</summary>
internal static class FirstViolationCommand
{
    public static int Run()
    {
        string? promise = Environment.GetEnvironmentVariable("PROMISE");
        Outcome? caught = null;
        Totals totals = SeedRunner.Run(Settings.First, Settings.Seeds, Settings.Jobs, Settings.Configuration, outcome =>
        {
            if (outcome.Violations.Any(v => promise is null || v.Promise == promise))
                caught ??= outcome;
            return caught is null;
        });
        Console.WriteLine(caught is null
            ? $"NOT CAUGHT within {totals.Seeds} seeds"
            : $"CAUGHT after {totals.Seeds} seeds by seed {caught.Scenario.Seed}: {caught.Violations.First(v => promise is null || v.Promise == promise)}");
        return caught is null ? 1 : 0;
    }
}

/// <summary>One line a seed: the digest of everything that happened, for comparing two runs byte for byte.</summary>
internal static class DigestCommand
{
    public static int Run()
    {
        for (int seed = Settings.First; seed < Settings.First + Settings.Seeds; seed++)
        {
            Outcome outcome = Simulation.Run(ScenarioDraw.Draw(seed, Settings.Configuration), keepsLogs: true);
            string trace = string.Join('\n', Timeline.Lines(outcome.Ledger, TimelineDetail.Everything));
            Console.WriteLine($"{seed} {trace.Length} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(trace)))}");
        }

        return 0;
    }
}

/// <summary>Runs a kept scenario.</summary>
internal static class CaseCommand
{
    public static int Run(string file)
    {
        Outcome outcome = Simulation.Run(ScenarioText.Read(File.ReadAllText(file)), keepsLogs: Settings.Trace);
        foreach (string line in Timeline.Lines(outcome.Ledger, Settings.Trace ? TimelineDetail.Everything : TimelineDetail.World))
            Console.WriteLine(line);
        foreach (var violation in outcome.Violations)
            Console.WriteLine($"BROKEN {violation}");
        return outcome.Violations.IsEmpty ? 0 : 1;
    }
}

/// <summary>Prints a seed's scenario, to be kept as a case.</summary>
internal static class PrintCommand
{
    public static int Run()
    {
        Console.Write(ScenarioText.Write(ScenarioDraw.Draw(Settings.Seed ?? Settings.First, Settings.Configuration)));
        return 0;
    }
}

/// <summary>Which kinds of fault there are, and what they met.</summary>
internal static class CoverageCommand
{
    public static int Kinds()
    {
        foreach (FaultKind kind in ScenarioDraw.Kinds)
            Console.WriteLine(kind);
        return 0;
    }

    public static int Run(string file)
    {
        Totals totals = JsonSerializer.Deserialize<Totals>(File.ReadAllText(file))!;
        foreach (string line in Coverage.Table(totals))
            Console.WriteLine(line);
        foreach (string gap in Coverage.Gaps(totals))
            Console.WriteLine($"never: {gap}");
        Console.WriteLine($"{Coverage.Pairs - Coverage.Gaps(totals).Length} of {Coverage.Pairs} pairs met in {totals.Seeds} seeds");
        return 0;
    }
}
