using System.Globalization;
using System.Text.Json.Nodes;

namespace Truce.Verify.Numbers;

/// <summary>
/// <c>truce check</c> on what people have: it ends in an orderly way on every recorded and random cluster,
/// finds what is expected in the configurations from real life and nothing else, names what happened in the
/// field, and takes less than a second for each. A line for each configuration from real life; SEEDS= takes
/// fewer random clusters.
/// </summary>
internal static class CheckRow
{
    private const double SecondsMax = 1;
    private const int RealLifeMin = 20;
    private const int ComplaintsMax = 5;
    private static readonly string[] s_said = ["element", "message", "consequence", "remedy", "doc"];

    // What each situation from the field is about.
    private static readonly (string Case, string Id)[] s_field =
    [
        ("lint-coloc-loop", "order-loop"), ("lint-dup-monitor", "duplicate-monitor"),
        ("lint-host-list-typo", "fence-unknown-host"),
        ("lint-missing-parameter-and-agent", "missing-parameter"),
        ("lint-missing-parameter-and-agent", "absent-agent"),
        ("lint-missing-parameter-and-agent", "short-timeout"),
        ("lint-no-fencing-devices", "fencing-without-device"),
        ("lint-order-role-mismatch", "promotion-of-unpromotable"),
        ("lint-order-without-colocation", "order-without-colocation"),
        ("lint-stonith-in-group", "fencing-in-group"),
        ("lint-timeout-vs-interval", "interval-below-timeout"),
        ("lint-timeout-vs-interval", "doubtful-value"),
        ("lint-unknown-node-location", "unknown-location-node"), ("fence-host-names", "fence-unknown-host"),
        ("fence-host-names", "unfenced-node"), ("watchdog-timeout", "watchdog-timeout-alone"),
        ("date-range-empty", "never-true-date"), ("promote-of-a-plain-clone", "promotion-of-unpromotable"),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "check",
        $"no crash on any recorded or random cluster; {RealLifeMin} configurations from real life exactly as "
            + $"expected; the situations from the field named; under {SecondsMax} s each", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (RecordedFolders.All.Count == 0)
            return RowResult.Skip("no recorded clusters here (TRUCE_CASES)");
        if (!Directory.Exists(FieldFolder))
            return RowResult.Skip("no field-cases beside the recorded clusters");
        if (!File.Exists(RandomCases.Archive))
            return RowResult.Skip("no random-cases.tar.xz beside the recorded clusters");
        CheckRuns runs = new();
        List<string> wrong = [];
        List<string> figures =
        [
            await CrashesAsync(runs, "recorded", RecordedFolders.All.SelectMany(CheckRuns.Clusters), wrong)
                .ConfigureAwait(false),
            await RandomCases.WithAsync(folder => CrashesAsync(
                runs, "random", CheckRuns.Clusters(folder).Take(RandomCases.Wanted), wrong))
                .ConfigureAwait(false),
            await RealLifeAsync(runs, wrong).ConfigureAwait(false),
            await FieldAsync(runs, wrong).ConfigureAwait(false),
        ];
        figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"{runs.Count} checks, {runs.Slow(SecondsMax)} of {SecondsMax} s or more, at most "
                + $"{runs.Longest.Seconds:F2} s ({runs.Longest.Name})"));
        figures.AddRange(wrong.Take(ComplaintsMax));
        return RowResult.If(
            wrong.Count == 0 && runs.Slow(SecondsMax) == 0 && RandomCases.IsWhole,
            string.Join("; ", figures));
    }

    private static string FieldFolder =>
        Path.GetFullPath(Path.Combine(RecordedFolders.First, "..", "field-cases"));

    private static async Task<string> CrashesAsync(
        CheckRuns runs, string what, IEnumerable<string> files, List<string> wrong)
    {
        int count = 0;
        int crashes = 0;
        foreach (string file in files)
        {
            Ended ended = await runs.RunAsync(Path.GetFileName(file), ["check", file]).ConfigureAwait(false);
            count++;
            if (ended.Code is 0 or 1 or 3)
                continue;
            crashes++;
            wrong.Add($"{Path.GetFileName(file)}: exit {ended.Code}: {ended.LastLine}");
        }

        return $"{count} {what} clusters, {crashes} crashes";
    }

    private static async Task<string> RealLifeAsync(CheckRuns runs, List<string> wrong)
    {
        string real = Repository.At("tests", "Truce.Analysis.Tests", "real-life");
        // What agents say of themselves is in the expectations: it comes from the file that they were made
        // with, whatever is installed here. How long it takes to ask is measured with what is.
        string described = DescribedAgents.Write(Path.Combine(real, "agents.txt"));
        string[] folders = [.. Directory.GetDirectories(real).Order(StringComparer.Ordinal)];
        int right = 0;
        foreach (string folder in folders)
        {
            string name = Path.GetFileName(folder);
            string[] arguments = Arguments(folder);
            Ended installed = await runs.RunAsync(name, arguments).ConfigureAwait(false);
            Ended ended = await runs.RunAsync(name, arguments, described).ConfigureAwait(false);
            string complaint = Complaint(folder, ended);
            if (installed.Code is not (0 or 1))
                complaint += $" exit {installed.Code} with the agents of this machine: {installed.LastLine}";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {name}: {installed.Took.TotalSeconds:F2} s, {ended.Took.TotalSeconds:F2} s with agents "
                    + $"as described: {(complaint.Length == 0 ? "as expected" : complaint)}"));
            right += complaint.Length == 0 ? 1 : 0;
            if (complaint.Length > 0)
                wrong.Add($"{name}: {complaint}");
        }

        if (folders.Length < RealLifeMin)
            wrong.Add($"only {folders.Length} configurations from real life");
        return $"{right} of {folders.Length} from real life as expected";
    }

    private static async Task<string> FieldAsync(CheckRuns runs, List<string> wrong)
    {
        string described = DescribedAgents.Write(
            Repository.At("tests", "Truce.Analysis.Tests", "real-life", "agents.txt"));
        int named = 0;
        foreach ((string field, string id) in s_field)
        {
            Ended ended = await runs.RunAsync(
                field, ["check", Path.Combine(FieldFolder, field + ".xml"), "--json"], described)
                .ConfigureAwait(false);
            JsonNode? found = Findings(ended)?.FirstOrDefault(f => (string?)f!["id"] == id);
            string complaint = found is null ? $"no {id} (exit {ended.Code})"
                : (int)found["line"]! > 0 && s_said.All(s => ((string?)found[s])?.Length > 0) ? ""
                : $"{id} without place, consequence or remedy";
            named += complaint.Length == 0 ? 1 : 0;
            if (complaint.Length > 0)
                wrong.Add($"{field}: {complaint}");
        }

        return $"{named} of {s_field.Length} from the field named";
    }

    private static string[] Arguments(string folder) =>
    [
        "check", Path.Combine(folder, "cib.xml"), "--json",
        .. Directory.GetFiles(folder, "corosync.conf").SelectMany(f => new[] { "--corosync-conf", f }),
        .. Directory.GetFiles(folder, "sbd.*").Order(StringComparer.Ordinal)
            .SelectMany(f => new[] { "--sbd", f }),
    ];

    private static string Complaint(string folder, Ended ended)
    {
        if (Findings(ended) is not { } findings)
            return $"exit {ended.Code}: {ended.LastLine}";
        // Of what isn't described nothing is known.
        string[] found = [.. findings.Where(f => (string?)f!["id"] != "absent-agent").Select(f => Line(f!))];
        string[] expected = File.ReadAllLines(Path.Combine(folder, "expected.txt"));
        string missing = string.Join(", ", Without(expected, found));
        string more = string.Join(", ", Without(found, expected));
        return missing.Length + more.Length == 0 ? "" : $"missing [{missing}], unexpected [{more}]";
    }

    // One that is expected twice has to be found twice.
    private static IEnumerable<string> Without(IEnumerable<string> all, IEnumerable<string> those)
    {
        List<string> left = [.. all];
        foreach (string one in those)
            left.Remove(one);
        return left.Order(StringComparer.Ordinal);
    }

    private static JsonArray? Findings(Ended ended) =>
        ended.Code is 0 or 1 ? JsonNode.Parse(ended.Answer) as JsonArray : null;

    private static string Line(JsonNode finding)
    {
        string file = Path.GetFileName((string)finding["file"]!);
        return $"{finding["severity"]} {finding["id"]} "
            + $"{(file == "cib.xml" ? "" : file + " ")}{finding["element"]}";
    }
}
