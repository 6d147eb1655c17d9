using System.Globalization;
using System.Text.Json;

namespace Truce.Verify.Corosync;

/// <summary>A stop fails, its node is fenced, the resource is started elsewhere: from the confirmed shot to
/// started, beyond the agent's own time, at Corosync's default timeouts.</summary>
internal static class StopFailureRow
{
    private const int Runs = 5;
    private const int DefaultTokenOfThree = 3650;
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(60);

    public static Row Row { get; } = new(
        "stop-failure",
            "below 500 ms beyond fencing's and agents' own time, at Corosync's default timeouts", RunAsync);

    private sealed record Recovery(double Decision, double Fencing, double Report, double Start)
    {
        public double Beyond => Decision + Report;
    }

    private static async Task<RowResult> RunAsync()
    {
        if (PeerBench.Missing is { } missing)
            return RowResult.Skip(missing);
        int runs = CorosyncRows.Number("ROUNDS", Runs);
        List<Recovery> recoveries = await OursAsync(runs).ConfigureAwait(false);
        Figures ours = new(recoveries.Select(r => r.Beyond));
        IReadOnlyList<JsonElement> results = await PeerBench.RunAsync(
            "stopfail", "--runs", runs.ToString(CultureInfo.InvariantCulture), "--down")
                .ConfigureAwait(false);
        Figures peers = new(
            results.Select(r =>
                r.GetProperty("start_end").GetDouble() - r.GetProperty("stop_failed").GetDouble()
                - (r.GetProperty("fence_end").GetDouble() - r.GetProperty("fence_begin").GetDouble())));
        BenchReport.Write("stop-failure", $"""
            A stop fails on a node that lives; the node is fenced and the resource started elsewhere; token {DefaultTokenOfThree} ms (Corosync's default for three nodes). Milliseconds, least / median / most.

            | | |
            |---|---|
            | Truce: stop failed to fencing asked of the device | {new Figures(recoveries.Select(r => r.Decision))} |
            | Truce: fencing confirmed to the agent's begin | {new Figures(recoveries.Select(r => r.Report))} |
            | **Truce: stop failed to started, without fencing's and agents' time** | {ours} |
            | **Pacemaker 2.1.5, stop failed to started, without fencing's time** | {peers} |
            """, $"Runs: {ours.Count} each.");
        return RowResult.If(
            ours.Most < 500 && ours.Count >= Runs,
            $"{ours} ms (least/median/most of {ours.Count}); Pacemaker {peers}");
    }

    private static async Task<List<Recovery>> OursAsync(int runs)
    {
        BenchCluster cluster = await BenchCluster.UpAsync(
            DefaultTokenOfThree, BenchConfiguration.One("1s"), "12").ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            List<Recovery> recoveries = [];
            for (int run = 0; run < runs; run++)
            {
                Recovery recovery = await FailAsync(cluster, run).ConfigureAwait(false);
                Console.Error.WriteLine($"  {recovery}");
                recoveries.Add(recovery);
            }

            return recoveries;
        }
    }

    private static async Task<Recovery> FailAsync(BenchCluster cluster, int run)
    {
        string coordinator = await cluster.WholeAsync().ConfigureAwait(false);
        string victim = BenchCluster.AllBut(coordinator)[run % 2];
        await cluster.RunAsync("fence", "release", "r1").ConfigureAwait(false);
        await cluster.RunAsync("resource", "cleanup", "r1").ConfigureAwait(false);
        await cluster.DoAsync("resource", "move", "r1", victim).ConfigureAwait(false);
        await cluster.WholeAsync().ConfigureAwait(false);
        await Task.Delay(2000).ConfigureAwait(false);
        long begin = BenchCluster.Now;
        cluster.Stamps.Fail("stop", "r1", victim, true);
        cluster.Stamps.Fail("monitor", "r1", victim, true);
        try
        {
            StampEvent started = await cluster.UntilAsync(
                begin, e => e.Node != victim
                    && e is { Resource: "r1", Operation: "start", What: "end rc=0" }, s_recovery)
                .ConfigureAwait(false) ?? throw new TimeoutException($"r1 wasn't recovered from {victim}");
            return Judge(cluster, begin, victim, started);
        }
        finally
        {
            cluster.Stamps.Fail("stop", "r1", victim, false);
            cluster.Stamps.Fail("monitor", "r1", victim, false);
        }
    }

    private static Recovery Judge(BenchCluster cluster, long begin, string victim, StampEvent started)
    {
        IReadOnlyList<StampEvent> stamps = cluster.Stamps.Since(begin);
        long failed = stamps.First(
            e => e.Node == victim && e is { Operation: "stop", What: "end rc=1" }).Nanoseconds;
        long asked = cluster.LabEvent(begin, victim, "fence-requested")!.Value;
        long confirmed = cluster.LabEvent(begin, victim, "fence-confirmed")!.Value;
        long starting = stamps.Last(e => e.Node == started.Node && e is { Operation: "start" }
            && e.What.StartsWith("begin", StringComparison.Ordinal) && e.Nanoseconds <= started.Nanoseconds)
                .Nanoseconds;
        return new Recovery(
            (asked - failed) / 1e6, (confirmed - asked) / 1e6, (starting - confirmed) / 1e6,
                (started.Nanoseconds - starting) / 1e6);
    }
}
