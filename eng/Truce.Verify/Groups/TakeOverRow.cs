using System.Diagnostics;
using System.Globalization;
using Truce.EndToEnd.Driving;
using Truce.Verify.Safe;

namespace Truce.Verify.Groups;

/// <summary>
/// A claim on three nodes, held by commands that ignore SIGTERM and write down when they were alive; in turn,
/// the
/// holder's server is killed and stopped. What counts is the time between the last sign of the former holder
/// and
/// the first of the next, on the clock that both share.
/// </summary>
internal static class TakeOverRow
{
    private const int RoundsDefault = 10;
    private const double MarginSeconds = 2;
    private static readonly string[] s_nodes = ["n1", "n2", "n3"];
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "take-over", "kill -9 and SIGSTOP of the holder's server in turn: never two holders, the next begins "
        + $"at least {MarginSeconds} s after the last sign of the former", RunAsync);

    private sealed record Sign(double At, string Node, long Epoch);

    private static async Task<RowResult> RunAsync()
    {
        if (Environment.UserName != "root")
            return RowResult.Skip("needs root: the nodes share a folder");
        int rounds = int.TryParse(
            Environment.GetEnvironmentVariable("ROUNDS"), CultureInfo.InvariantCulture, out int given)
            ? given
            : RoundsDefault;
        SafeLab lab = await SafeLab.UpAsync("groups").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            string folder = Path.Combine(lab.Folder, "world", "groups");
            Directory.CreateDirectory(folder);
            string file = Path.Combine(folder, "signs");
            List<Process> holders = [.. s_nodes.Select(n => Start(lab, n))];
            try
            {
                List<(double Gap, double After)> gaps = [];
                for (int round = 0; round < rounds; round++)
                    gaps.Add(await RoundAsync(lab, file, round).ConfigureAwait(false));
                return Judge(gaps, Read(file));
            }
            finally
            {
                foreach (Process holder in holders)
                {
                    holder.Kill(entireProcessTree: true);
                    holder.Dispose();
                }
            }
        }
    }

    private static Process Start(SafeLab lab, string node)
    {
        string signs = "trap '' TERM; while :; do read up _ </proc/uptime; "
            + $"echo \"$up {node} $TRUCE_EPOCH\" >>/run/lab/world/groups/signs; sleep 0.05; done";
        ProcessStartInfo start = new(
            Repository.At("bin", "truce"),
            ["lab", "exec", node, "--", "/run/lab/bin/truce", "claim", "lead", "--restart", "--", "sh",
                "-c", signs])
        {
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in lab.Environment)
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<(double Gap, double After)> RoundAsync(SafeLab lab, string file, int round)
    {
        Sign before = await UntilAsync(file, s => s.Count > 0 ? s[^1] : null).ConfigureAwait(false);
        double at = Uptime();
        bool struck = round % 2 == 0
            ? RoleProcesses.Kill(lab.Folder, before.Node, "groups")
            : RoleProcesses.Stop(lab.Folder, before.Node, "groups");
        if (!struck)
            throw new InvalidOperationException($"no server of Group Services runs on {before.Node}");
        Sign next = await UntilAsync(file, s => s.FirstOrDefault(x => x.Epoch > before.Epoch))
            .ConfigureAwait(false);
        double last = Read(file).Where(s => s.Epoch == before.Epoch).Max(s => s.At);
        return (next.At - last, next.At - at);
    }

    private static RowResult Judge(List<(double Gap, double After)> gaps, List<Sign> signs)
    {
        // One holder at a time: in the order of time, epochs only grow.
        int overlaps = signs.OrderBy(s => s.At).ThenBy(s => s.Epoch)
            .Aggregate(
                (Found: 0, Latest: 0L),
                (a, s) => s.Epoch < a.Latest ? (a.Found + 1, a.Latest) : (a.Found, s.Epoch)).Found;
        double least = gaps.Min(g => g.Gap);
        return RowResult.If(
            overlaps == 0 && least >= MarginSeconds,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{gaps.Count} rounds, {signs.Count} signs, {overlaps} of two holders; between holders at "
                + $"least {least:F2} s; the next one {gaps.Min(g => g.After):F1} to "
                + $"{gaps.Max(g => g.After):F1} s after the fault"));
    }

    private static async Task<Sign> UntilAsync(string file, Func<List<Sign>, Sign?> find)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit;)
        {
            if (find(Read(file)) is { } found)
                return found;
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"no holder after {s_limit.TotalSeconds} s");
    }

    private static List<Sign> Read(string file)
    {
        if (!File.Exists(file))
            return [];
        string text = File.ReadAllText(file);
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ')).Select(w => new Sign(
                double.Parse(w[0], CultureInfo.InvariantCulture), w[1], long.Parse(
                    w[2], CultureInfo.InvariantCulture)))];
    }

    private static double Uptime() =>
        double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
}
