using System.Globalization;
using System.Text.Json.Nodes;

namespace Truce.Verify.Corosync;

/// <summary>
/// Splits, freezes and flapping links, round by round, of each kind. Rounds of one commit add up over runs,
/// so that a run that was cut short goes on where it was: KINDS=a,b and ROUNDS=10 take some of them. What
/// failed adds up, too: a second try at the same commit doesn't undo it. A line a round goes to standard
/// error.
/// </summary>
internal static class SplitsRow
{
    private const int RoundsOfEachKind = 30;

    private static readonly string[] s_kinds =
        ["two-one", "unfenced", "one-each", "one-link", "one-way", "flapping", "pause", "two-two",
            "two-two-one-link"];

    // The rounds have a limit of their own and say what they waited for; this one is for a test program that
    // is stuck.
    private static readonly TimeSpan s_upMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_roundMax = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    /// <summary>The row.</summary>
    public static Row Row { get; } = AtLeast(RoundsOfEachKind);

    /// <summary>The row, with fewer rounds of each kind enough.</summary>
    /// <param name="least">How many rounds of each kind are asked for.</param>
    public static Row AtLeast(int least) => new(
        "splits",
        $"{least} rounds of each kind: no resource twice, no lost configuration, converges each time",
        () => RunAsync(least));

    private static async Task<RowResult> RunAsync(int least)
    {
        string folder = Directory.CreateDirectory(Repository.At("artifacts", "verify", "splits")).FullName;
        string report = Path.Combine(folder, await VerifyStore.KeyAsync().ConfigureAwait(false) + ".jsonl");
        string[] asked = (Environment.GetEnvironmentVariable("KINDS") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (asked.Except(s_kinds).FirstOrDefault() is { } unknown)
            return RowResult.Skip($"no kind is called {unknown}; there are: {string.Join(", ", s_kinds)}");
        Outcome outcome = new(0, [], []);
        foreach (string kind in asked.Length == 0 ? s_kinds : asked)
            outcome += await TakeAsync(kind, report, least).ConfigureAwait(false);
        return Judge(outcome, Read(report, "failed"), Read(report, "converged_ms"), least);
    }

    private static async Task<Outcome> TakeAsync(string kind, string report, int least)
    {
        int before = Read(report, "converged_ms").Count(r => (string)r["kind"]! == kind);
        int rounds = Math.Min(CorosyncRows.Number("ROUNDS", least), least - before);
        if (rounds <= 0)
            return new Outcome(0, [], []);
        Dictionary<string, string> environment = new()
        {
            ["KINDS"] = kind,
            ["FIRST_ROUND"] = $"{before + 1}",
            ["ROUNDS"] = $"{rounds}",
            ["ROUNDS_REPORT"] = report,
        };
        using CancellationTokenSource source = new();
        Task following = FollowAsync(report, source.Token);
        Outcome outcome = (await new Suite("Truce.EndToEnd")
            .RunAsync(["-class", "Truce.EndToEnd.Corosync.Splits"], environment,
                s_upMax + (rounds * s_roundMax))
            .ConfigureAwait(false)).Outcome;
        await source.CancelAsync().ConfigureAwait(false);
        await following.ConfigureAwait(false);
        foreach (TestNote failure in outcome.Failures)
        {
            Console.Error.WriteLine($"  {kind}: {failure.Name}: {failure.Text}");
            JsonObject line = new() { ["kind"] = kind, ["failed"] = failure.Text.Split('\n')[0] };
            await File.AppendAllTextAsync(report, line.ToJsonString() + "\n").ConfigureAwait(false);
        }

        return outcome;
    }

    private static RowResult Judge(Outcome outcome, JsonNode[] failures, JsonNode[] rounds, int least)
    {
        string figure = Figure(rounds);
        if (failures.Length > 0)
            return RowResult.If(
                false, $"{figure}; failed: {string.Join("; ", failures.Select(f => $"{f["kind"]}: {f["failed"]}"))}");
        return outcome.Skips.Count > 0
            ? RowResult.Skip(outcome.Skips[0].Text)
            : RowResult.If(
                s_kinds.All(k => rounds.Count(r => (string)r["kind"]! == k) >= least), figure);
    }

    private static string Figure(JsonNode[] rounds)
    {
        IEnumerable<string> kinds = s_kinds.Select(kind =>
        {
            double[] took =
                [.. rounds.Where(r => (string)r["kind"]! == kind).Select(r => (double)r["converged_ms"]!)];
            string most = (new Figures(took).Most / 1000).ToString("F0", CultureInfo.InvariantCulture);
            return took.Length == 0 ? $"{kind} 0" : $"{kind} {took.Length} ({most} s at most)";
        });
        return $"{rounds.Length} rounds: {string.Join(", ", kinds)}";
    }

    // {"kind":…,"round":…,"begun":…}, then {"kind":…,"round":…,"converged_ms":…} or {"kind":…,"failed":…}.
    private static JsonNode[] Read(string report, string what) =>
        [.. Lines(report).Select(l => JsonNode.Parse(l)!).Where(r => r[what] is not null)];

    private static async Task FollowAsync(string report, CancellationToken cancel)
    {
        int told = Lines(report).Length;
        while (true)
        {
            bool last = cancel.IsCancellationRequested;
            string[] lines = Lines(report);
            foreach (string line in lines[told..])
                Console.Error.WriteLine($"  {DateTime.Now:HH:mm:ss} {line}");
            told = lines.Length;
            if (last)
                return;
            await Task.Delay(s_look, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A line that is being written has no end yet.
    private static string[] Lines(string report)
    {
        string text = File.Exists(report) ? File.ReadAllText(report) : "";
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
