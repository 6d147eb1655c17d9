using System.Diagnostics;
using System.Globalization;
using Truce.EndToEnd.World;

namespace Truce.Verify.Components;

/// <summary>
/// Each component is killed or hangs at each moment, on three real nodes over Corosync. Cells of one commit
/// add up over runs; CELLS=moment/blow/component,… takes some of them again, ROUNDS= so many of those that
/// are missing. The table is left in artifacts/verify/components-matrix/.
/// </summary>
internal static class MatrixRow
{
    // A service shows itself ten times a second; on a busy machine, later.
    private const double OutageMaxSeconds = 1.5;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "matrix",
        $"{MatrixCell.All.Count} cells (kill -9 and SIGSTOP of each role, Corosync and the supervisor, at 8 "
            + "moments): nothing twice, no acknowledged change lost, whole again; no role's death costs a "
            + "shot or interrupts a service",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/corosync"))
            return RowResult.Skip("needs root and corosync");
        string report = Path.Combine(
            Directory.CreateDirectory(Repository.At("artifacts", "verify", "components-matrix")).FullName,
            await VerifyStore.KeyAsync().ConfigureAwait(false) + ".tsv");
        MatrixCell[] chosen = Chosen(report);
        if (chosen.Length > 0)
            await TakeAsync(chosen, report).ConfigureAwait(false);
        string[] lines = [.. Lines(report).GroupBy(l => l.Split('\t')[1]).Select(g => g.Last())];
        string[] bad = [.. lines.Where(l => !l.StartsWith("good", StringComparison.Ordinal))];
        return RowResult.If(
            bad.Length == 0 && lines.Length == MatrixCell.All.Count,
            $"{lines.Length - bad.Length} of {MatrixCell.All.Count} cells good"
                + string.Concat(bad.Select(b => "; " + string.Join(' ', b.Split('\t')))));
    }

    private static string[] Lines(string report) => File.Exists(report) ? File.ReadAllLines(report) : [];

    private static MatrixCell[] Chosen(string report)
    {
        if (Environment.GetEnvironmentVariable("CELLS") is { Length: > 0 } cells)
        {
            string[] names = cells.Split(',');
            return [.. MatrixCell.All.Where(c => names.Contains(c.Name))];
        }

        HashSet<string> taken = [.. Lines(report).Select(l => l.Split('\t')[1])];
        IEnumerable<MatrixCell> missing = MatrixCell.All.Where(c => !taken.Contains(c.Name));
        return int.TryParse(
            Environment.GetEnvironmentVariable("ROUNDS"), CultureInfo.InvariantCulture, out int most)
            ? [.. missing.Take(most)]
            : [.. missing];
    }

    private static async Task TakeAsync(MatrixCell[] cells, string report)
    {
        MatrixLab lab = await MatrixLab.UpAsync("matrix").ConfigureAwait(false);
        MatrixMoments moments = new(lab);
        try
        {
            foreach (MatrixCell cell in cells)
            {
                MatrixOutcome outcome = await OutcomeAsync(lab, cell, moments).ConfigureAwait(false);
                Console.Error.WriteLine(outcome);
                await File.AppendAllTextAsync(report, outcome + "\n").ConfigureAwait(false);
                if (outcome.Complaint.Length == 0)
                    continue;
                // The next cell begins with a cluster that owes nothing to this one.
                await lab.DisposeAsync().ConfigureAwait(false);
                lab = await MatrixLab.UpAsync("matrix").ConfigureAwait(false);
                moments = new MatrixMoments(lab);
            }
        }
        finally
        {
            await lab.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<MatrixOutcome> OutcomeAsync(
        MatrixLab lab, MatrixCell cell, MatrixMoments moments)
    {
        string node = "?";
        string before = "";
        try
        {
            (node, before) = await moments.BringAboutAsync(cell.Moment).ConfigureAwait(false);
            return await HitAsync(lab, cell, moments, node, before).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return new MatrixOutcome(cell, node, before, "", TimeSpan.Zero, 0, 0, e.Message);
        }
    }

    private static async Task<MatrixOutcome> HitAsync(
        MatrixLab lab, MatrixCell cell, MatrixMoments moments, string node, string before)
    {
        for (int i = 0; i < 200 && !lab.Runs(cell, node); i++)
            await Task.Delay(25).ConfigureAwait(false);
        long blow = MatrixLab.Now;
        Stopwatch watch = Stopwatch.StartNew();
        if (!await lab.HitAsync(cell, node).ConfigureAwait(false))
            throw new InvalidOperationException($"no {cell.Component} runs on {node}");
        // Long enough for the blow to be noticed; a lost node is lost after Corosync's token has run out.
        await Task.Delay(cell.Blow == Blow.Hang ? 6_000 : 1_500).ConfigureAwait(false);
        string remedy = cell.LosesNode ? await LostAsync(lab, cell, node, blow).ConfigureAwait(false) : "";
        await lab.InsistAsync("resource", "enable", "slow", "--no-wait").ConfigureAwait(false);
        await lab.WholeAsync().ConfigureAwait(false);
        TimeSpan recovered = watch.Elapsed;
        (string? after, string complaint) = await moments.AfterAsync(cell.Moment, blow).ConfigureAwait(false);
        await lab.TruceAsync("lab", "set", "fence_ms", "0").ConfigureAwait(false);
        IReadOnlyList<WorldEvent> record = lab.Record(0);
        double outage = Outage(record, blow);
        int shots = Shots(lab, blow, moments.CutToShoot);
        string[] wrong =
        [
            .. ActivityChecker.Check(record).Take(1),
            .. complaint.Length > 0 ? [complaint] : Array.Empty<string>(),
            .. after is null ? ["nothing shows how it went on"] : Array.Empty<string>(),
            .. !cell.LosesNode && shots > 0 ? [$"{shots} shots"] : Array.Empty<string>(),
            .. !cell.LosesNode && outage > OutageMaxSeconds ? ["web was interrupted"] : Array.Empty<string>(),
        ];
        return new MatrixOutcome(
            cell, node, before, after + remedy, recovered, outage, shots, string.Join("; ", wrong));
    }

    // Until the others miss it, or it has been shot. Nobody shoots a node on which nothing runs: there a
    // Corosync that hangs waits for an administrator, and one that crashed for systemd.
    private static async Task<string> LostAsync(MatrixLab lab, MatrixCell cell, string node, long blow)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(20);)
        {
            if (lab.Events(blow).Any(
                e => e.Node == node && e.Words.StartsWith("power-off", StringComparison.Ordinal)))
            {
                // Before it boots, the others may not have missed it yet.
                await lab.SeenAsync(
                    $"boot of {node}", blow, e => e.Node == node && e.What == "power-on", MatrixLab.WholeMax)
                    .ConfigureAwait(false);
                return "; shot";
            }

            await Task.Delay(100).ConfigureAwait(false);
        }

        if (cell is not { Moment: Moment.Joining, Blow: Blow.Hang })
            return "";
        await lab.TruceAsync("lab", "exec", node, "--", "systemctl", "kill", "--signal=KILL", "corosync")
            .ConfigureAwait(false);
        return "; an administrator ended Corosync";
    }

    private static double Outage(IReadOnlyList<WorldEvent> record, long blow)
    {
        long last = blow;
        long longest = 0;
        foreach (WorldEvent alive in record.Where(
            e => e is { Resource: "web", What: "alive" } && e.Nanoseconds >= blow))
        {
            longest = Math.Max(longest, alive.Nanoseconds - last);
            last = alive.Nanoseconds;
        }

        return Math.Max(longest, MatrixLab.Now - last) / 1e9;
    }

    // A node whose power was cut to bring the moment about is shot anyway.
    private static int Shots(MatrixLab lab, long blow, string cut) =>
        lab.Events(blow).Count(e => e.Node != cut && e.Words.StartsWith("power-off", StringComparison.Ordinal)
            && (e.Words.Contains("cause=fence", StringComparison.Ordinal)
                || e.Words.Contains("cause=self-reset", StringComparison.Ordinal)
                || e.Words.Contains("cause=watchdog", StringComparison.Ordinal)));
}
