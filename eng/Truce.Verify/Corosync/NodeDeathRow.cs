using System.Globalization;
using System.Text.Json;

namespace Truce.Verify.Corosync;

/// <summary>A node dies; from the survivors' new membership until its resource is started, beyond what
/// fencing and agents take themselves. Every other victim is the coordinator.</summary>
internal static class NodeDeathRow
{
    private const int RunsMin = 20;
    private const int TokenMs = 1000;
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(60);

    public static Row Row { get; } = new(
        "node-death",
            $"median below 100 ms, maximum below 300 ms over {RunsMin} runs, coordinator's death included",
            RunAsync);

    private sealed record Death(
        bool Coordinator, double Membership, double Decision, double Fencing, double Report, double Agents)
    {
        public double Beyond => Decision + Report;
    }

    private static async Task<RowResult> RunAsync()
    {
        if (PeerBench.Missing is { } missing)
            return RowResult.Skip(missing);
        int runs = CorosyncRows.Number("ROUNDS", RunsMin);
        List<Death> deaths = await OursAsync(runs).ConfigureAwait(false);
        IReadOnlyList<(bool Coordinator, double Beyond)> peers = await PeersAsync(runs).ConfigureAwait(false);
        Figures ours = new(deaths.Select(d => d.Beyond));
        Write(deaths, peers);
        return RowResult.If(
            ours.Count >= runs && ours.Median < 100 && ours.Most < 300 && runs >= RunsMin,
            $"{ours} ms (least/median/most of {ours.Count}); Pacemaker {new Figures(peers.Select(p => p.Beyond))} of {peers.Count}");
    }

    private static async Task<List<Death>> OursAsync(int runs)
    {
        BenchCluster cluster = await BenchCluster.UpAsync(
            TokenMs, BenchConfiguration.One("10s")).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            List<Death> deaths = [];
            for (int run = 0; run < runs; run++)
            {
                Death death = await KillAsync(cluster, run).ConfigureAwait(false);
                Console.Error.WriteLine($"  {death}");
                deaths.Add(death);
            }

            return deaths;
        }
    }

    private static async Task<Death> KillAsync(BenchCluster cluster, int run)
    {
        string coordinator = await cluster.WholeAsync().ConfigureAwait(false);
        string[] others = BenchCluster.AllBut(coordinator);
        string victim = run % 2 == 0 ? coordinator : others[run / 2 % 2];
        await cluster.DoAsync("resource", "move", "r1", victim).ConfigureAwait(false);
        await cluster.WholeAsync().ConfigureAwait(false);
        // At another moment of every cycle each time.
        await Task.Delay(2500 + (370 * run % 2000)).ConfigureAwait(false);
        long begin = BenchCluster.Now;
        await cluster.DoAsync("lab", "kill", victim).ConfigureAwait(false);
        StampEvent started = await cluster.UntilAsync(
            begin, e => e.Node != victim && e is { Resource: "r1", Operation: "start", What: "end rc=0" },
                s_recovery)
            .ConfigureAwait(false) ?? throw new TimeoutException($"r1 wasn't recovered from {victim}");
        return Judge(cluster, begin, victim, victim == coordinator, started);
    }

    private static Death Judge(
        BenchCluster cluster, long begin, string victim, bool coordinator, StampEvent started)
    {
        long cut = cluster.LabEvent(begin, victim, "power-cut")!.Value;
        long membership = cluster.Membership(cut, BenchCluster.AllBut(victim))!.Value;
        long asked = cluster.LabEvent(cut, victim, "fence-requested")!.Value;
        long confirmed = cluster.LabEvent(cut, victim, "fence-confirmed")!.Value;
        long starting = cluster.Stamps.Since(cut)
            .Last(e => e.Node == started.Node && e is { Resource: "r1", Operation: "start" }
                && e.What.StartsWith("begin", StringComparison.Ordinal)).Nanoseconds;
        return new Death(
            coordinator, Ms(cut, membership), Ms(membership, asked), Ms(asked, confirmed),
                Ms(confirmed, starting),
            Ms(starting, started.Nanoseconds));
    }

    private static async Task<IReadOnlyList<(bool, double)>> PeersAsync(int runs)
    {
        string half = Math.Max(1, runs / 2).ToString(CultureInfo.InvariantCulture);
        List<(bool, double)> all = [];
        foreach (string victim in new[] { "dc", "nondc" })
        {
            IReadOnlyList<JsonElement> results = await PeerBench.RunAsync(
                "failover", "--token", TokenMs.ToString(CultureInfo.InvariantCulture), "--runs", half,
                    "--victim", victim, "--down").ConfigureAwait(false);
            all.AddRange(results.Select(r => (victim == "dc",
                r.GetProperty("membership_to_start_end").GetDouble() - r.GetProperty("agents").GetDouble())));
        }

        return all;
    }

    private static void Write(List<Death> deaths, IReadOnlyList<(bool Coordinator, double Beyond)> peers)
    {
        Figures Of(bool? coordinator, Func<Death, double> part) =>
            new(deaths.Where(d => coordinator is null || d.Coordinator == coordinator).Select(part));
        Figures Peers(bool? coordinator) =>
            new(peers.Where(p => coordinator is null || p.Coordinator == coordinator).Select(p => p.Beyond));
        BenchReport.Write("node-death", $"""
            A node of three loses its power; token {TokenMs} ms, two links, the same agent on both sides. Milliseconds, least / median / most.

            | | coordinator dies | another dies | all |
            |---|---|---|---|
            | Truce: membership to fencing asked of the device | {Of(true, d => d.Decision)} | {Of(false, d => d.Decision)} | {Of(null, d => d.Decision)} |
            | Truce: fencing confirmed to the agent's begin | {Of(true, d => d.Report)} | {Of(false, d => d.Report)} | {Of(null, d => d.Report)} |
            | **Truce: membership to started, without fencing's and agents' time** | {Of(true, d => d.Beyond)} | {Of(false, d => d.Beyond)} | {Of(null, d => d.Beyond)} |
            | **Pacemaker 2.1.5, the same** | {Peers(true)} | {Peers(false)} | {Peers(null)} |
            | power cut to membership (Truce's runs) | {Of(true, d => d.Membership)} | {Of(false, d => d.Membership)} | {Of(null, d => d.Membership)} |
            """, $"Runs: Truce {deaths.Count}, Pacemaker {peers.Count}.");
    }

    private static double Ms(long from, long to) => (to - from) / 1e6;
}
