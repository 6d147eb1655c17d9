using System.Diagnostics;
using System.Globalization;
using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;
using Truce.Laboratory;
using Truce.Verify.Corosync;

namespace Truce.Verify.Fencing;

/// <summary>Two nodes over Corosync, cut apart again and again, with fencing that takes 0, 1.5 and 10 s: one
/// of them survives each time, the one on which what matters runs. ROUNDS= takes fewer; a line a round goes
/// to standard error.</summary>
internal static class TwoNodesCutRow
{
    private const int RoundsReach = 50;

    private static readonly int[] s_fenceMs = [0, 1_500, 10_000];
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    // Longer than the head start, so that a second shot would be seen.
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private static readonly LaboratoryScenario s_scenario =
        LaboratoryScenario.All.Single(s => s.Cause == LaboratoryCause.LinkCut);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "two-nodes-cut",
        $"{RoundsReach} times, fencing of 0, 1.5 and 10 s: exactly one survivor, the one with the higher "
            + "priority; fence history tells it",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/corosync"))
            return RowResult.Skip("needs root and corosync");
        string report = Path.Combine(
            Directory.CreateDirectory(Repository.At("artifacts", "verify", "two-nodes-cut")).FullName,
            await VerifyStore.KeyAsync().ConfigureAwait(false) + ".txt");
        int before = Lines(report).Length;
        int rounds = Math.Min(CorosyncRows.Number("ROUNDS", RoundsReach), RoundsReach - before);
        string[] twice = rounds > 0 ? await TakeAsync(report, before, rounds).ConfigureAwait(false) : [];
        string[] lines = Lines(report);
        string[] bad = [.. lines.Where(l => !l.StartsWith("good", StringComparison.Ordinal)), .. twice];
        return RowResult.If(
            bad.Length == 0 && lines.Length >= RoundsReach,
            $"{lines.Length} rounds, exactly one survivor in {lines.Length - bad.Length}"
                + (bad.Length == 0 ? "" : "; " + string.Join("; ", bad)));
    }

    // Rounds of one commit add up over runs; what failed stays failed.
    private static string[] Lines(string report) => File.Exists(report) ? File.ReadAllLines(report) : [];

    private static async Task<string[]> TakeAsync(string report, int before, int rounds)
    {
        LaboratoryLab lab = await LaboratoryLab.UpAsync(s_scenario, "corosync").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            for (int round = before; round < before + rounds; round++)
            {
                string important = round % 2 == 0 ? "n2" : "n1";
                int fenceMs = s_fenceMs[round % s_fenceMs.Length];
                (string complaint, double seconds) =
                    await RoundAsync(lab, important, fenceMs).ConfigureAwait(false);
                string line = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(complaint.Length == 0 ? "good" : "BAD ")} round {round + 1}: {important} first, "
                        + $"fencing of {fenceMs} ms, served after {seconds:0.0} s {complaint}").TrimEnd();
                Console.Error.WriteLine(line);
                await File.AppendAllTextAsync(report, line + "\n").ConfigureAwait(false);
            }

            return [.. ActivityChecker.Check(lab.Record())];
        }
    }

    private static async Task<(string Complaint, double Served)> RoundAsync(
        LaboratoryLab lab, string important, int fenceMs)
    {
        string number = fenceMs.ToString(CultureInfo.InvariantCulture);
        // The guard's limits would end so many rounds.
        await lab.ConfigureAsync(s_scenario.Configuration(LaboratoryGuard.Off, important))
            .ConfigureAwait(false);
        await lab.DoAsync(["lab", "set", "fence_ms", number]).ConfigureAwait(false);
        if (!await UntilAsync(() => IsWholeAsync(lab, important)).ConfigureAwait(false))
            return ("the cluster isn't whole before the cut", 0);
        long begin = LaboratoryLab.Now;
        await lab.DoAsync(["lab", "cut", "n1", "n2"]).ConfigureAwait(false);
        Stopwatch watch = Stopwatch.StartNew();
        bool serves = await UntilAsync(() => Task.FromResult(Serves(lab, important))).ConfigureAwait(false);
        double seconds = watch.Elapsed.TotalSeconds;
        await Task.Delay(s_watched).ConfigureAwait(false);
        IReadOnlyList<(string By, string Target)> shots =
            await lab.ShotsAsync(s_scenario, begin).ConfigureAwait(false);
        string told = (await lab.RunAsync("fence", "history", "--node", important)
            .ConfigureAwait(false)).Output;
        await lab.DoAsync(["lab", "heal"]).ConfigureAwait(false);
        return (Complaint(serves, shots, told, important), seconds);
    }

    private static string Complaint(
        bool serves, IReadOnlyList<(string By, string Target)> shots, string told, string important)
    {
        if (shots is not [{ } shot] || shot.By != important)
            return $"shots: {string.Join(", ", shots.Select(s => $"{s.By} at {s.Target}"))}";
        if (!serves)
            return "not everything runs on the survivor";
        return told.Contains($"{important} may shoot first: its resources have priority 10 against 0",
            StringComparison.Ordinal) ? "" : "fence history doesn't say who was first: " + told;
    }

    private static bool Serves(LaboratoryLab lab, string survivor)
    {
        long recent = LaboratoryLab.Now - 1_000_000_000L;
        IReadOnlyList<WorldEvent> record = lab.Record();
        return LaboratoryUptime.Unrelated.All(s => record.Any(
            e => e.Resource == s && e.Node == survivor && e.What == "alive" && e.Nanoseconds > recent));
    }

    private static async Task<bool> IsWholeAsync(LaboratoryLab lab, string important)
    {
        if (await lab.RunAsync("status", "--json").ConfigureAwait(false) is not { Code: 0 } told)
            return false;
        ClusterView view = ClusterView.Parse(told.Output);
        return view.State == "settled" && view.Nodes.Count(n => n.State == "online") == 2
            && view.NodeOf("db") == important && view.NodeOf("web") is not null;
    }

    private static async Task<bool> UntilAsync(Func<Task<bool>> isSo)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit;)
        {
            if (await isSo().ConfigureAwait(false))
                return true;
            await Task.Delay(s_look).ConfigureAwait(false);
        }

        return false;
    }
}
