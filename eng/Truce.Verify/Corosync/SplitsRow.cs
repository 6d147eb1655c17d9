using System.Text.Json.Nodes;

namespace Truce.Verify.Corosync;

/// <summary>Splits, freezes and flapping links, round by round, of each kind.</summary>
internal static class SplitsRow
{
    private const int RoundsOfEachKind = 30;

    public static Row Row { get; } = new(
        "splits", $"{RoundsOfEachKind} rounds of each kind: no resource twice, no lost configuration, converges each time", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        int rounds = CorosyncRows.Number("ROUNDS", RoundsOfEachKind);
        string report = Path.GetTempFileName();
        try
        {
            Dictionary<string, string> environment = new() { ["ROUNDS"] = $"{rounds}", ["ROUNDS_REPORT"] = report };
            Outcome outcome = (await new Suite("Truce.EndToEnd")
                .RunAsync(["-class", "Truce.EndToEnd.Corosync.Splits"], environment).ConfigureAwait(false)).Outcome;
            string figure = Figure(File.ReadAllLines(report));
            if (outcome.Failures.Count > 0)
                return RowResult.If(false, $"{figure}; then: {outcome.Failures[0].Name}: {outcome.Failures[0].Text.Split('\n')[0]}");
            return outcome.Skips.Count > 0
                ? RowResult.Skip(outcome.Skips[0].Text)
                : RowResult.If(rounds >= RoundsOfEachKind, figure);
        }
        finally
        {
            File.Delete(report);
        }
    }

    // A line a round: {"kind":…,"round":…,"converged_ms":…}.
    private static string Figure(string[] lines)
    {
        JsonNode[] rounds = [.. lines.Where(l => l.Length > 0).Select(l => JsonNode.Parse(l)!)];
        IEnumerable<string> kinds = rounds.GroupBy(r => (string)r["kind"]!)
            .Select(g => $"{g.Key} {g.Count()} ({new Figures(g.Select(r => (double)r["converged_ms"]!)).Most / 1000:F0} s at most)");
        return $"{rounds.Length} rounds: {string.Join(", ", kinds)}";
    }
}
