using System.Globalization;
using Truce.EndToEnd.Driving;

namespace Truce.Verify.Corosync;

/// <summary>Memory of all roles, idle and with a hundred resources, and how long the status takes.</summary>
internal static class MemoryRow
{
    private const int Asks = 20;

    public static Row Row { get; } = new(
        "memory", "measured and written to bench/corosync, next to Pacemaker's", RunAsync);

    private sealed record Sample(double ResidentMib, double ProportionalMib, Figures Status);

    private static async Task<RowResult> RunAsync()
    {
        if (PeerBench.Missing is { } missing)
            return RowResult.Skip(missing);
        Sample idle;
        Sample loaded;
        BenchCluster cluster = await BenchCluster.UpAsync(
            1000, BenchConfiguration.One("10s")).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            idle = await TakeAsync(cluster).ConfigureAwait(false);
            await cluster.ApplyAsync(
                BenchConfiguration.Many(100, grouped: false, started: true)).ConfigureAwait(false);
            await cluster.WholeAsync().ConfigureAwait(false);
            loaded = await TakeAsync(cluster).ConfigureAwait(false);
        }

        (double peerIdle, double peerMon) = await PeerAsync(loaded: false).ConfigureAwait(false);
        (double peerLoaded, double peerMonLoaded) = await PeerAsync(loaded: true).ConfigureAwait(false);
        BenchReport.Write("memory", string.Create(CultureInfo.InvariantCulture, $"""
            A node of three, Corosync not counted; resident over all processes (proportional in brackets), MiB; wall time of the status command, ms (median).

            | | Truce | Pacemaker 2.1.5 |
            |---|---|---|
            | idle | {idle.ResidentMib:F0} ({idle.ProportionalMib:F0}) | {peerIdle:F0} |
            | 100 resources | {loaded.ResidentMib:F0} ({loaded.ProportionalMib:F0}) | {peerLoaded:F0} |
            | status, idle | {idle.Status.Median:F0} | {peerMon:F0} |
            | status, 100 resources | {loaded.Status.Median:F0} | {peerMonLoaded:F0} |
            """), "");
        return RowResult.If(
            idle.ResidentMib > 0 && loaded.Status.Count == Asks, string.Create(CultureInfo.InvariantCulture,
            $"idle {idle.ResidentMib:F0} MiB (Pacemaker {peerIdle:F0}), 100 resources {loaded.ResidentMib:F0} ({peerLoaded:F0}); status {idle.Status.Median:F0} and {loaded.Status.Median:F0} ms ({peerMon:F0} and {peerMonLoaded:F0})"));
    }

    private static async Task<Sample> TakeAsync(BenchCluster cluster)
    {
        await Task.Delay(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        string[] maps = [.. RoleProcesses.Roles.SelectMany(r => RoleProcesses.Find(cluster.Folder, "n2", r))
            .Select(p => File.ReadAllText($"/proc/{p}/smaps_rollup"))];
        List<double> took = [];
        for (int ask = 0; ask < Asks; ask++)
            took.Add((await cluster.RunAsync("status").ConfigureAwait(false)).Took.TotalMilliseconds);
        return new Sample(maps.Sum(m => Mib(m, "Rss:")), maps.Sum(m => Mib(m, "Pss:")), new Figures(took));
    }

    private static async Task<(double Resident, double Monitor)> PeerAsync(bool loaded)
    {
        await PeerBench.RunAsync(
            "throughput", "--up", "--count", loaded ? "100" : "1", "--runs", "1").ConfigureAwait(false);
        try
        {
            double resident = (await PeerBench.RunAsync("memory").ConfigureAwait(false))
                .Where(r => r.GetProperty("node").GetString() == "n2").Sum(WithoutCorosync);
            double monitor = (await PeerBench.RunAsync("latency").ConfigureAwait(false))
                .First(r => r.GetProperty("cmd").GetString() == "crm_mon -1").GetProperty("median")
                    .GetDouble();
            return (resident, monitor);
        }
        finally
        {
            await PeerBench.DownAsync().ConfigureAwait(false);
        }
    }

    // "corosync 98.1/60.2": resident and proportional.
    private static double WithoutCorosync(System.Text.Json.JsonElement node) =>
        node.GetProperty("detail").EnumerateArray()
        .Select(d => d.GetString()!.Split([' ', '/']))
        .Where(w => w[0] != "corosync")
        .Sum(w => double.Parse(w[1], CultureInfo.InvariantCulture));

    private static double Mib(string map, string field) =>
        map.Split('\n').First(l => l.StartsWith(field, StringComparison.Ordinal))
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, var kb, ..]
            ? double.Parse(kb, CultureInfo.InvariantCulture) / 1024
            : 0;
}
