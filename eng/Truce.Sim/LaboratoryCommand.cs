using Truce.Laboratory;
using Truce.Simulator;
using Truce.Simulator.Laboratory;

namespace Truce.Sim;

/// <summary><c>laboratory</c>: each scenario of the deathmatch laboratory for an hour of virtual time, with
/// the guard's limits and without. SCENARIOS=a,b chooses, BOOTS=3,60 too, MINUTES= shortens; TRACE=1 tells
/// what happened.</summary>
internal static class LaboratoryCommand
{
    public static int Run()
    {
        TimeSpan length = TimeSpan.FromMinutes(Settings.Number("MINUTES") ?? 60);
        (LaboratoryScenario, TimeSpan)[] runs =
        [
            .. from scenario in LaboratoryScenario.All
               where Settings.Text("SCENARIOS") is not { } chosen || chosen.Split(',').Contains(scenario.Name)
               from boot in (Settings.Text("BOOTS") ?? "3,60,300").Split(',')
               select (scenario,
                   TimeSpan.FromSeconds(int.Parse(boot, System.Globalization.CultureInfo.InvariantCulture))),
        ];
        object one = new();
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = Settings.Jobs }, run =>
        {
            (LaboratoryScenario scenario, TimeSpan boot) = run;
            LaboratoryOutcome on = LaboratoryRun.Run(scenario, LaboratoryGuard.On, boot, length);
            LaboratoryOutcome off = LaboratoryRun.Run(scenario, LaboratoryGuard.Off, boot, length);
            lock (one)
                Tell(scenario, boot, on, off);
        });
        return 0;
    }

    private static void Tell(
        LaboratoryScenario scenario, TimeSpan boot, LaboratoryOutcome on, LaboratoryOutcome off)
    {
        if (Settings.Trace)
        {
            LaboratoryOutcome told = Settings.Text("GUARD") == "off" ? off : on;
            foreach (string line in Timeline.Lines(told.Ledger, TimelineDetail.World))
                Console.WriteLine(line);
        }

        foreach (var violation in on.Violations)
            Console.WriteLine($"# {scenario.Name}: {violation}");
        Console.WriteLine(LaboratoryRun.Line(scenario, boot, on, off));
    }
}
