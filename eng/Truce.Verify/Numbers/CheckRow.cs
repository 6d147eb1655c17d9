using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Truce.Verify.Numbers;

/// <summary>
/// <c>truce check</c> on what people have: it ends in an orderly way on every recorded cluster, finds what
/// is expected in
/// the configurations from real life and nothing else, and takes less than a second for each.
/// </summary>
internal static class CheckRow
{
    private const double SecondsMax = 1;
    private const int RealLifeMin = 20;
    private static readonly string[] s_said = ["element", "message", "consequence", "remedy", "doc"];
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

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
        "check", $"no crash on any recorded cluster; {RealLifeMin} configurations from real life exactly as "
            + $"expected, "
            + $"each under {SecondsMax} s; the situations from the field named", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string[] recorded = [.. Folders().Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*.xml"))];
        if (recorded.Length == 0)
            return RowResult.Skip("no recorded clusters here (TRUCE_CASES)");
        List<string> wrong = [];
        foreach (string file in recorded.Order(StringComparer.Ordinal))
        {
            Ended ended = await TruceAsync(["check", file]).ConfigureAwait(false);
            if (ended.Code is not (0 or 1 or 3))
                wrong.Add($"{Path.GetFileName(file)}: exit {ended.Code}: {ended.LastLine}");
        }

        int crashes = wrong.Count;
        string[] cases = Directory.GetDirectories(
            Repository.At("tests", "Truce.Analysis.Tests", "real-life"));
        double most = 0;
        int right = 0;
        foreach (string folder in cases.Order(StringComparer.Ordinal))
        {
            (string complaint, double seconds) = await RealLifeAsync(folder).ConfigureAwait(false);
            most = Math.Max(most, seconds);
            if (complaint.Length == 0)
                right++;
            else
                wrong.Add($"{Path.GetFileName(folder)}: {complaint}");
        }

        int named = 0;
        foreach ((string field, string id) in s_field)
        {
            string complaint = await FieldAsync(field, id).ConfigureAwait(false);
            if (complaint.Length == 0)
                named++;
            else
                wrong.Add($"{field}: {complaint}");
        }

        string figure = string.Create(CultureInfo.InvariantCulture,
            $"{recorded.Length} recorded clusters, {crashes} crashes; {right} of {cases.Length} as expected, "
                + $"at most {most:F2} s; {named} of {s_field.Length} from the field named");
        return RowResult.If(
            wrong.Count == 0 && cases.Length >= RealLifeMin && most < SecondsMax,
            wrong.Count == 0 ? figure : $"{figure}: {string.Join("; ", wrong.Take(5))}");
    }

    private static async Task<string> FieldAsync(string name, string id)
    {
        string file = Path.GetFullPath(Path.Combine(Folders()[0], "..", "..", "field-cases", name + ".xml"));
        Ended ended = await TruceAsync(["check", file, "--json"]).ConfigureAwait(false);
        if (ended.Code is not (0 or 1) || JsonNode.Parse(ended.Output) is not JsonArray findings)
            return $"exit {ended.Code}: {ended.LastLine}";
        JsonNode? found = findings.FirstOrDefault(f => (string?)f!["id"] == id);
        return found is null ? $"no {id}"
            : (int)found["line"]! > 0 && s_said.All(s => ((string?)found[s])?.Length > 0) ? ""
            : $"{id} without place, consequence or remedy";
    }

    private static async Task<(string Complaint, double Seconds)> RealLifeAsync(string folder)
    {
        List<string> arguments = ["check", Path.Combine(folder, "cib.xml"), "--json"];
        foreach (string conf in Directory.GetFiles(folder, "corosync.conf"))
            arguments.AddRange(["--corosync-conf", conf]);
        foreach (string sbd in Directory.GetFiles(folder, "sbd.*").Order(StringComparer.Ordinal))
            arguments.AddRange(["--sbd", sbd]);
        Stopwatch taken = Stopwatch.StartNew();
        Ended ended = await TruceAsync([.. arguments]).ConfigureAwait(false);
        double seconds = taken.Elapsed.TotalSeconds;
        if (ended.Code is not (0 or 1) || JsonNode.Parse(ended.Output) is not JsonArray findings)
            return ($"exit {ended.Code}: {ended.LastLine}", seconds);
        // Not every agent is installed where this runs.
        string[] found = [.. findings.Where(f => (string?)f!["id"] != "absent-agent")
            .Select(f => Line(f!)).Order(StringComparer.Ordinal)];
        string[] expected = [.. File.ReadAllLines(Path.Combine(folder, "expected.txt")).Order(
            StringComparer.Ordinal)];
        string missing = string.Join(", ", expected.Except(found)),
            more = string.Join(", ", found.Except(expected));
        return (missing.Length + more.Length == 0 ? "" : $"missing [{missing}], unexpected [{more}]",
            seconds);
    }

    private static string Line(JsonNode finding)
    {
        string file = Path.GetFileName((string)finding["file"]!);
        return $"{finding["severity"]} {finding["id"]} "
            + $"{(file == "cib.xml" ? "" : file + " ")}{finding["element"]}";
    }

    private static string[] Folders()
    {
        string? named = System.Environment.GetEnvironmentVariable("TRUCE_CASES");
        // The first of several folders.
        string recorded = string.IsNullOrEmpty(named)
            ? Repository.At("..", "shared", "scheduler-cases") : named.Split(':')[0];
        return [Path.Combine(recorded, "xml"), Path.Combine(recorded, "..", "scheduler-cases-2", "xml")];
    }

    private static Task<Ended> TruceAsync(string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit);
}
