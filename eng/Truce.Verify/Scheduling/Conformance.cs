using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Truce.Verify.Scheduling;

/// <summary>The recorded clusters, and random ones that Pacemaker answered, judged by the script that comes
/// with them.</summary>
internal static class Conformance
{
    private const int ShortMost = 3;
    private const int ShortMostOfLater = 4;
    private const double SummaryLeast = 0.99;
    private const double ScoresLeast = 0.95;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);
    private static readonly string[] s_all = ["L0", "L1", "L2", "L2d", "L3", "L4", "L5s", "L5", "LS"];
    private static readonly string[] s_whole = ["L1", "L2", "L3", "L4", "L5s"];

    // How often random clusters must be answered as Pacemaker's main answers them.
    private static readonly (string Level, double Least)[] s_random =
        [("L3", 0.99), ("L2d", 0.99), ("L4", 0.98), ("L1", 0.98), ("L0", 0.97), ("L5s", 0.95)];

    /// <summary>The row of the recorded clusters, every folder that TRUCE_CASES names.</summary>
    public static Row Row { get; } = new(
        "conformance",
        $"L1 to L4 and L5s: all, at most {ShortMost} short ({ShortMostOfLater} of later sets); "
        + $"L5 {SummaryLeast:P0}; LS {ScoresLeast:P0}, a missing file counting as failed", RunAsync);

    /// <summary>The row of the random clusters.</summary>
    public static Row RandomRow { get; } = new(
        "random-main",
        "random clusters with the answers of a Pacemaker 3.0.2 in /opt/pcmk (truce-pacemaker-prefix): "
        + string.Join(", ", s_random.Select(r => $"{r.Level} {r.Least:P0}")), RunRandomAsync);

    private static async Task<RowResult> RunAsync()
    {
        IReadOnlyList<string> folders = RecordedFolders.All;
        if (folders.Count == 0 || !File.Exists(Path.Combine(folders[0], "compare")))
            return RowResult.Skip("no recorded cases here (TRUCE_CASES)");
        List<RowResult> results = [];
        foreach (string folder in folders)
        {
            (JsonNode? report, string last) = await CompareAsync(folders[0], folder).ConfigureAwait(false);
            results.Add(report is null
                ? RowResult.If(false, last)
                : Judge(report, folder == folders[0] ? ShortMost : ShortMostOfLater));
        }

        return RowResult.If(
            results.All(r => r.Verdict == Verdict.Pass), string.Join(" | ", results.Select(r => r.Figure)));
    }

    private static async Task<RowResult> RunRandomAsync()
    {
        string? first = RecordedFolders.All is [var f, ..] ? f : null;
        string archive = Path.Combine(first ?? "", "..", "random-cases.tar.xz");
        if (first is null || !File.Exists(Path.Combine(first, "compare")) || !File.Exists(archive))
            return RowResult.Skip("no random clusters with answers here (TRUCE_CASES)");
        string unpacked = Directory.CreateTempSubdirectory("truce-random-").FullName;
        try
        {
            Ended tar = await Command.RunAsync("tar", ["-xJf", archive, "-C", unpacked], s_limit)
                .ConfigureAwait(false);
            if (tar.Code != 0)
                return RowResult.If(false, $"{archive} can't be unpacked: {tar.LastLine}");
            string cases = Path.Combine(unpacked, "random-cases");
            foreach (string cluster in Directory.EnumerateFiles(Path.Combine(cases, "xml"), "*.xml"))
                await SayPrefixAsync(cluster).ConfigureAwait(false);
            (JsonNode? report, string last) = await CompareAsync(first, cases).ConfigureAwait(false);
            return report is null ? RowResult.If(false, last) : JudgeRandom(report);
        }
        finally
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    // The Pacemaker that answered was built with this prefix, and its paths decide which containers are
    // restarted.
    private static async Task SayPrefixAsync(string cluster)
    {
        XDocument cib = XDocument.Parse(
            await File.ReadAllTextAsync(cluster).ConfigureAwait(false), LoadOptions.PreserveWhitespace);
        cib.Root!.Element("configuration")!.Element("crm_config")!.Add(new XElement(
            "cluster_property_set", new XAttribute("id", "answered-by"), new XElement(
                "nvpair", new XAttribute("id", "answered-by-prefix"),
                new XAttribute("name", "truce-pacemaker-prefix"), new XAttribute("value", "/opt/pcmk"))));
        string text = cib.ToString(SaveOptions.DisableFormatting);
        await File.WriteAllTextAsync(cluster, text).ConfigureAwait(false);
    }

    private static async Task<(JsonNode? Report, string Last)> CompareAsync(string script, string folder)
    {
        string json = Path.GetTempFileName();
        try
        {
            Dictionary<string, string> environment = new() { ["TRUCE"] = Repository.At("bin", "truce") };
            Ended ended = await Command.RunAsync(
                Path.Combine(script, "compare"),
                ["--cases", folder, "--candidate", "truce", "--json", json, "--jobs", "2"], s_limit,
                environment)
                .ConfigureAwait(false);
            return ended.Code == 0
                ? (JsonNode.Parse(await File.ReadAllTextAsync(json).ConfigureAwait(false)), "")
                : (null, ended.LastLine);
        }
        finally
        {
            File.Delete(json);
        }
    }

    private static RowResult JudgeRandom(JsonNode report)
    {
        JsonObject cases = report["levels"]!.AsObject();
        Dictionary<string, string[]> shortOf = ShortOf(cases);
        bool enough = s_random.All(r => 1 - (shortOf[r.Level].Length / (double)cases.Count) >= r.Least);
        return RowResult.If(enough, Levels(cases, shortOf));
    }

    private static RowResult Judge(JsonNode report, int most)
    {
        JsonObject cases = report["levels"]!.AsObject();
        Dictionary<string, string[]> shortOf = ShortOf(cases);
        string[] missing = [.. s_whole.SelectMany(l => shortOf[l]).Distinct().Order(StringComparer.Ordinal)];
        double Share(string level) => 1 - (shortOf[level].Length / (double)cases.Count);
        // Every name is a failure, whatever its reason; of which levels, tells what kind: L2 and L5s its
        // wording, L3 its actions, L4 their order.
        JsonObject reasons = JsonNode.Parse(
            File.ReadAllText(Repository.At("tests", "Truce.Conformance", "shortfalls.json")))!.AsObject();
        string names = missing.Length == 0 ? "" : "; short: " + string.Join(
            "; ", missing.Select(m =>
                $"{m} of {string.Join(' ', s_whole.Where(l => shortOf[l].Contains(m)))}: {(string?)reasons[m] ?? "no reason known"}"));
        return RowResult.If(
            missing.Length <= most && Share("L5") >= SummaryLeast && Share("LS") >= ScoresLeast,
            Levels(cases, shortOf) + names);
    }

    private static Dictionary<string, string[]> ShortOf(JsonObject cases) => s_all.ToDictionary(
        l => l, l => cases.Where(c => (bool?)c.Value![l] != true).Select(c => c.Key).ToArray());

    private static string Levels(JsonObject cases, Dictionary<string, string[]> shortOf) =>
        string.Join(", ", shortOf.Select(s => string.Create(
            CultureInfo.InvariantCulture, $"{s.Key} {cases.Count - s.Value.Length}/{cases.Count}")));
}
