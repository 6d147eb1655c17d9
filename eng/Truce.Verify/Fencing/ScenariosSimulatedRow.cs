using System.Globalization;
using Truce.Laboratory;

namespace Truce.Verify.Fencing;

/// <summary>The deathmatch laboratory in the simulator: each scenario an hour of virtual time with boots of
/// 3, 60 and 300 s, with the guard's limits and without.</summary>
internal static class ScenariosSimulatedRow
{
    private const int ExchangesMax = 1;
    private const double UptimeMin = 95;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "scenarios-simulated",
        "each scenario, an hour, boots of 3, 60 and 300 s: at most k shots for its cause, one exchange, "
        + "unrelated services up 95 %, S1 kept; more than k with the guard off",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        Ended ended = await Sim.RunAsync(["laboratory"]).ConfigureAwait(false);
        Figure[] figures = [.. ended.Output.Split('\n').Select(Parse).OfType<Figure>()
            .OrderBy(f => f.Scenario.Cause).ThenBy(f => f.Boot)];
        if (ended.Code != 0 || figures.Length == 0)
            return RowResult.If(false, $"exit {ended.Code}: {ended.LastLine}");
        Print(figures);
        string[] wrong = [.. figures.SelectMany(f => f.Complaints())];
        int loops = figures.Count(f => f.ShotsOff > f.Scenario.ShotsMax);
        return RowResult.If(
            wrong.Length == 0,
            $"{figures.Length} runs, most shots {figures.Max(f => f.Shots)}, "
            + $"with the guard off up to {figures.Max(f => f.ShotsOff)} "
            + $"({loops} runs exceed k){(wrong.Length == 0 ? "" : "; " + string.Join("; ", wrong))}");
    }

    private static void Print(Figure[] figures)
    {
        Console.Error.WriteLine("scenario boot shots max exchanges uptime violations shots_off uptime_off");
        foreach (Figure f in figures)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{f.Scenario.Name} {f.Boot} {f.Shots} {f.Scenario.ShotsMax} {f.Exchanges} "
                + $"{f.Uptime} {f.Violations} {f.ShotsOff} {f.UptimeOff}"));
        }
    }

    private static Figure? Parse(string line)
    {
        string[] words = line.Split(' ');
        if (words.Length != 8
            || LaboratoryScenario.All.FirstOrDefault(s => s.Name == words[0]) is not { } scenario)
            return null;
        double[] numbers =
            [.. words.Skip(1).Select(w => double.Parse(w.Split('=')[1], CultureInfo.InvariantCulture))];
        return new Figure(
            scenario, (int)numbers[0], (int)numbers[1], (int)numbers[2], numbers[3], (int)numbers[4],
            (int)numbers[5], numbers[6]);
    }

    private sealed record Figure(
        LaboratoryScenario Scenario, int Boot, int Shots, int Exchanges, double Uptime, int Violations,
        int ShotsOff,
        double UptimeOff)
    {
        public IEnumerable<string> Complaints()
        {
            string who = string.Create(CultureInfo.InvariantCulture, $"{Scenario.Name}, boot {Boot} s");
            if (Shots > Scenario.ShotsMax)
                yield return $"{who}: {Shots} shots";
            if (Exchanges > ExchangesMax)
                yield return $"{who}: {Exchanges} exchanges";
            if (Uptime < UptimeMin)
                yield return string.Create(CultureInfo.InvariantCulture, $"{who}: up {Uptime} %");
            if (Violations > 0)
                yield return $"{who}: {Violations} promises broken";
            if (Scenario.LoopsWithoutLimits && ShotsOff <= Scenario.ShotsMax)
                yield return $"{who}: only {ShotsOff} shots with the guard off";
        }
    }
}
