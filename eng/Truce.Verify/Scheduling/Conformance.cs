using System.Globalization;
using System.Text.Json.Nodes;

namespace Truce.Verify.Scheduling;

/// <summary>The recorded clusters, judged by the script that comes with them.</summary>
internal static class Conformance
{
    private const int ShortMost = 3;
    private const double SummaryLeast = 0.99;
    private const double ScoresLeast = 0.95;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);
    private static readonly string[] s_all = ["L1", "L2", "L3", "L4", "L5s", "L5", "LS"];
    private static readonly string[] s_whole = ["L1", "L2", "L3", "L4", "L5s"];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "conformance",
        $"L1 to L4 and L5s: all, at most {ShortMost} short; L5 {SummaryLeast:P0}; LS {ScoresLeast:P0}, a missing file counting as failed", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string folder = Environment.GetEnvironmentVariable("TRUCE_CASES") ?? Repository.At(
            "..", "shared", "scheduler-cases");
        if (!File.Exists(Path.Combine(folder, "compare")))
            return RowResult.Skip("no recorded cases here (TRUCE_CASES)");
        string json = Path.GetTempFileName();
        try
        {
            Dictionary<string, string> environment = new() { ["TRUCE"] = Repository.At("bin", "truce") };
            Ended ended = await Command.RunAsync(
                Path.Combine(folder, "compare"),
                ["--cases", folder, "--candidate", "truce", "--json", json, "--jobs", "2"], s_limit,
                environment)
                .ConfigureAwait(false);
            return ended.Code == 0
                ? Judge(JsonNode.Parse(await File.ReadAllTextAsync(json).ConfigureAwait(false))!)
                : RowResult.If(false, ended.LastLine);
        }
        finally
        {
            File.Delete(json);
        }
    }

    private static RowResult Judge(JsonNode report)
    {
        JsonObject cases = report["levels"]!.AsObject();
        Dictionary<string, string[]> shortOf = s_all
            .ToDictionary(
                l => l, l => cases.Where(c => (bool?)c.Value![l] != true).Select(c => c.Key).ToArray());
        string[] missing = [.. s_whole.SelectMany(l => shortOf[l]).Distinct().Order(StringComparer.Ordinal)];
        double Share(string level) => 1 - (shortOf[level].Length / (double)cases.Count);
        string levels = string.Join(", ", shortOf.Select(s => string.Create(
            CultureInfo.InvariantCulture, $"{s.Key} {cases.Count - s.Value.Length}/{cases.Count}")));
        // Every name is a failure, whatever its reason; of which levels, tells what kind: L2 and L5s its
        // wording, L3 its actions, L4 their order.
        JsonObject reasons = JsonNode.Parse(
            File.ReadAllText(Repository.At("tests", "Truce.Conformance", "shortfalls.json")))!.AsObject();
        string names = missing.Length == 0 ? "" : "; short: " + string.Join(
            "; ", missing.Select(m =>
                $"{m} of {string.Join(' ', s_whole.Where(l => shortOf[l].Contains(m)))}: {(string?)reasons[m] ?? "no reason known"}"));
        return RowResult.If(
            missing.Length <= ShortMost && Share("L5") >= SummaryLeast && Share("LS") >= ScoresLeast,
            levels + names);
    }
}
