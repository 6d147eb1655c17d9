using System.Globalization;
using System.Text.Json;

namespace Truce.Verify.Corosync;

/// <summary>A hundred resources whose target role is flipped from Stopped to Started: starts per
/// second.</summary>
internal static class HundredRow
{
    private const int Resources = 100;
    private const int Runs = 3;
    private const double TimesMin = 3;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static Row Flat { get; } = new(
        "hundred-flat", $"at least {TimesMin} times Pacemaker's starts per second", () => RunAsync(false));

    public static Row Grouped { get; } = new(
        "hundred-grouped", $"at least {TimesMin} times Pacemaker's starts per second", () => RunAsync(true));

    private static async Task<RowResult> RunAsync(bool grouped)
    {
        if (PeerBench.Missing is { } missing)
            return RowResult.Skip(missing);
        int runs = CorosyncRows.Number("ROUNDS", Runs);
        Figures ours = new(await OursAsync(grouped, runs).ConfigureAwait(false));
        IReadOnlyList<JsonElement> results = await PeerBench.RunAsync(
            "throughput", "--up", "--count", Text(Resources), "--kind", grouped ? "group" : "flat",
                "--noload", "--runs", Text(runs), "--down")
            .ConfigureAwait(false);
        Figures peers = new(results.Select(r => r.GetProperty("ops_per_s").GetDouble()));
        string name = grouped ? "hundred-grouped" : "hundred-flat";
        BenchReport.Write(name, $"""
            {Resources} resources ({(grouped ? "one group" : "independent of each other")}), target role flipped to Started; load throttling off. Starts per second, least / median / most.

            | | |
            |---|---|
            | **Truce** | {ours} |
            | **Pacemaker 2.1.5** | {peers} |
            """, $"Runs: {ours.Count} each.");
        return RowResult.If(
            ours.Median >= TimesMin * peers.Median,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ours.Median:F0}/s, Pacemaker {peers.Median:F0}/s: {ours.Median / peers.Median:F1} times"));
    }

    private static async Task<List<double>> OursAsync(bool grouped, int runs)
    {
        BenchCluster cluster = await BenchCluster.UpAsync(
            1000, BenchConfiguration.Many(Resources, grouped, started: false)).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            List<double> rates = [];
            for (int run = 0; run < runs; run++)
            {
                await cluster.WholeAsync().ConfigureAwait(false);
                await Task.Delay(3000).ConfigureAwait(false);
                rates.Add(await FlipAsync(cluster, grouped).ConfigureAwait(false));
                await cluster.WholeAsync().ConfigureAwait(false);
                await cluster.ApplyAsync(
                    BenchConfiguration.Many(Resources, grouped, started: false)).ConfigureAwait(false);
            }

            return rates;
        }
    }

    private static async Task<double> FlipAsync(BenchCluster cluster, bool grouped)
    {
        long begin = BenchCluster.Now;
        await cluster.ApplyAsync(
            BenchConfiguration.Many(Resources, grouped, started: true)).ConfigureAwait(false);
        IReadOnlyList<StampEvent> started = [];
        for (DateTime end = DateTime.UtcNow + s_limit; started.Count < Resources && DateTime.UtcNow < end;)
        {
            await Task.Delay(50).ConfigureAwait(false);
            started = [.. cluster.Stamps.Since(begin).Where(
                e => e is { Operation: "start", What: "end rc=0" })];
        }

        double rate = started.Count / ((started[^1].Nanoseconds - begin) / 1e9);
        Console.Error.WriteLine($"  {started.Count} starts, {rate:F1}/s");
        return rate;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
