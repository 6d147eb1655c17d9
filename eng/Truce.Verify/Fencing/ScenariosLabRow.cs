using System.Globalization;
using Truce.EndToEnd.World;
using Truce.Laboratory;

namespace Truce.Verify.Fencing;

/// <summary>The deathmatch laboratory on real clusters: three minutes each on Corosync, three of them on the
/// local engine too. SCENARIOS=a,b chooses (a@local for the local engine), SECONDS= shortens.</summary>
internal static class ScenariosLabRow
{
    private const int ExchangesMax = 1;
    private const double UptimeMin = 0.95;

    private static readonly string[] s_onLocalToo = ["stop-unmounted", "stop-slow", "crasher"];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "scenarios-lab",
        "each scenario, 3 real minutes on Corosync, three on the local engine: at most k shots, one "
            + "exchange, unrelated "
        + "services up 95 %, S1 kept",
        RunAsync);

    private sealed record Figure(
        string Name, int Shots, int ShotsMax, int Exchanges, double Uptime, IReadOnlyList<string> Twice)
    {
        public bool IsGood =>
            Shots <= ShotsMax && Exchanges <= ExchangesMax && Uptime >= UptimeMin && Twice.Count == 0;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {Shots} shots of {ShotsMax}, {Exchanges} exchanges, up {100 * Uptime:0.0} %"
            + $"{(Twice.Count > 0 ? ", " + Twice[0] : "")}");
    }

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/corosync"))
            return RowResult.Skip("needs root and corosync");
        List<Figure> figures = [];
        List<string> failed = [];
        foreach ((LaboratoryScenario scenario, string engine) in Chosen())
        {
            try
            {
                Figure figure = await TakeAsync(scenario, engine).ConfigureAwait(false);
                figures.Add(figure);
                Console.Error.WriteLine($"{(figure.IsGood ? "good" : "BAD ")} {figure}");
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                failed.Add($"{scenario.Name}@{engine}: {e.Message}");
                Console.Error.WriteLine(failed[^1]);
            }
        }

        string[] bad = [.. figures.Where(f => !f.IsGood).Select(f => f.ToString()), .. failed];
        return RowResult.If(
            bad.Length == 0 && figures.Count > 0,
            $"{figures.Count} scenarios, most shots {figures.Select(f => f.Shots).DefaultIfEmpty().Max()}"
            + (bad.Length == 0 ? "" : "; " + string.Join("; ", bad)));
    }

    private static IEnumerable<(LaboratoryScenario Scenario, string Engine)> Chosen()
    {
        string[]? chosen = Environment.GetEnvironmentVariable("SCENARIOS") is { Length: > 0 } text
            ? text.Split(',') : null;
        foreach (LaboratoryScenario scenario in LaboratoryScenario.All.Where(
            s => LaboratoryFaults.Missing(s) is null))
        {
            if (chosen is null || chosen.Contains(scenario.Name))
                yield return (scenario, "corosync");
            if (chosen is null ? s_onLocalToo.Contains(scenario.Name)
                : chosen.Contains(scenario.Name + "@local"))
                yield return (scenario, "local");
        }
    }

    private static async Task<Figure> TakeAsync(LaboratoryScenario scenario, string engine)
    {
        TimeSpan length = TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable("SECONDS"), out int seconds) ? seconds : 180);
        LaboratoryLab lab = await LaboratoryLab.UpAsync(scenario, engine).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            await lab.RunningAsync().ConfigureAwait(false);
            long begin = LaboratoryLab.Now;
            await new LaboratoryFaults(lab, scenario).RunAsync(length).ConfigureAwait(false);
            long end = LaboratoryLab.Now;
            IReadOnlyList<WorldEvent> record = lab.Record();
            IReadOnlyList<(string By, string Target)> shots =
                await lab.ShotsAsync(scenario, begin).ConfigureAwait(false);
            IReadOnlyList<string> twice =
                scenario.Cause == LaboratoryCause.LyingDevice ? [] : ActivityChecker.Check(record);
            return new Figure(
                $"{scenario.Name}@{engine}", shots.Count, scenario.ShotsMax, Exchanges(shots),
                LaboratoryUptime.Of(record, begin + Dark(scenario), end), twice);
        }
    }

    // Where the scenario itself switches machines off, nothing can run until they have booted.
    private static long Dark(LaboratoryScenario scenario) =>
        scenario.Cause == LaboratoryCause.StartUp ? 20_000_000_000L : 0;

    private static int Exchanges(IReadOnlyList<(string By, string Target)> shots)
    {
        HashSet<(string, string)> open = [];
        int exchanges = 0;
        foreach ((string by, string target) in shots)
        {
            if (open.Remove((target, by)))
                exchanges++;
            else
                open.Add((by, target));
        }

        return exchanges;
    }
}
