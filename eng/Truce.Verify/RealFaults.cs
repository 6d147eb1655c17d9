using System.Globalization;
using System.Text.Json.Nodes;

namespace Truce.Verify;

/// <summary>
/// kill -9 of roles and whole nodes at random moments. Rounds of one commit add up over runs, so that fifty
/// can be taken ten at a time: ROUNDS=10.
/// </summary>
internal static class RealFaults
{
    private const int RoundsMin = 50;
    private static readonly TimeSpan s_upMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_roundMax = TimeSpan.FromMinutes(3);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "real-faults",
        $"{RoundsMin} rounds: no resource twice (agents' own record), configuration intact, every round recovers", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string path = Repository.At("artifacts", "verify", "failover-rounds.json");
        string key = await VerifyStore.KeyAsync().ConfigureAwait(false);
        JsonArray before = Read(path, key);
        int first = before.Count + 1;
        int rounds = Math.Min(Number("ROUNDS", RoundsMin), Math.Max(1, RoundsMin - before.Count));
        string report = Path.GetTempFileName();
        Dictionary<string, string> environment = new()
        {
            ["FIRST_ROUND"] = Text(first),
            ["ROUNDS"] = Text(rounds),
            ["ROUNDS_REPORT"] = report,
        };
        try
        {
            (Outcome outcome, _) = await new Suite("Truce.EndToEnd")
                .RunAsync(["-class", "Truce.EndToEnd.Scenarios.RandomFaults"], environment,
                    s_upMax + (rounds * s_roundMax))
                .ConfigureAwait(false);
            JsonArray all =
                [.. before.Select(r => r!.DeepClone()), .. Rounds(report).Select(r => r!.DeepClone())];
            Write(path, key, all);
            return Judge(outcome, all);
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static RowResult Judge(Outcome outcome, JsonArray rounds)
    {
        string figure = Figure(rounds);
        // With the last status: what happened once may take long to happen again.
        foreach (TestNote failure in outcome.Failures)
            Console.Error.WriteLine($"  {failure.Name}: {failure.Text}");
        if (outcome.Failures.Count > 0)
            return RowResult.If(false, $"{figure}; then: {outcome.Failures[0].Text.Split('\n')[0]}");
        return outcome.Skips.Count > 0
            ? RowResult.Skip(outcome.Skips[0].Text)
            : RowResult.If(rounds.Count >= RoundsMin, figure);
    }

    private static string Figure(JsonArray rounds)
    {
        if (rounds.Count == 0)
            return "no round recovered";
        int cuts = rounds.Count(
            r => ((string)r!["fault"]!).StartsWith("power cut", StringComparison.Ordinal));
        long[] recovered = [.. rounds.Select(r => (long)r!["recovered_ms"]!).Order()];
        return $"{rounds.Count} rounds ({rounds.Count - cuts} roles killed, {cuts} power cuts), "
            + $"whole again after {recovered[recovered.Length / 2]} ms (median), {recovered[^1]} ms (slowest)";
    }

    private static JsonArray Read(string path, string key) =>
        File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject kept
            && (string?)kept["commit"] == key
            ? kept["rounds"]!.AsArray()
            : [];

    private static void Write(string path, string key, JsonArray rounds)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, new JsonObject { ["commit"] = key, ["rounds"] = rounds }.ToJsonString());
    }

    private static JsonArray Rounds(string report)
    {
        string text = File.ReadAllText(report);
        return text.Length == 0 ? [] : JsonNode.Parse(text)!["rounds"]!.AsArray();
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int n) ? n
            : otherwise;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
