using System.Text.Json;

using Truce.Conformance.Judging;

namespace Truce.Conformance;

/// <summary>
/// <c>make conformance</c>: the table of all recorded cases; <c>ONLY=a,b</c> and <c>FAMILY=f</c> for some of them, <c>SHOW=case</c>
/// for what differs in one, <c>OUTPUTS=folder</c> to judge answers that are already there,
/// <c>OUT=folder</c> to keep them.
/// </summary>
internal static class TableCommand
{
    /// <summary>Exit code 1 where a level is below its floor.</summary>
    public static int Run(string[] arguments, TextWriter output)
    {
        Dictionary<string, string> options = arguments.Select(a => a.Split('=', 2))
            .Where(a => a.Length == 2 && a[1].Length > 0)
            .ToDictionary(a => a[0].ToUpperInvariant(), a => a[1], StringComparer.Ordinal);
        IReadOnlyList<string> folders = CaseSet.FindFolders();
        if (folders.Count == 0)
        {
            output.WriteLine("no recorded cases: set TRUCE_CASES to their folders");
            return 1;
        }

        IReadOnlyList<RecordedCase> cases = Select([.. folders.SelectMany(CaseSet.Load)], options);
        if (options.ContainsKey("SHOW"))
            return Show(cases, output);
        IReadOnlyList<CaseResult> results = options.TryGetValue("OUTPUTS", out string? answers)
            ? [.. cases.Select(c => CaseResult.Of(c, c.ReadExpected(), Answers.ReadFrom(answers, c.Name), TimeSpan.Zero, null))]
            : Judging.Conformance.Run(cases);
        ConformanceTable.Write(output, results, Named(options));
        if (options.TryGetValue("OUT", out string? folderOut))
            WriteAnswers(results, folderOut);
        if (options.TryGetValue("JSON", out string? file))
            WriteJson(results, file);
        bool whole = !options.Keys.Any(k => k is "ONLY" or "FAMILY" or "OUTPUTS");
        return whole ? CheckFloor(results, output) : 0;
    }

    private static IReadOnlyList<RecordedCase> Select(IReadOnlyList<RecordedCase> cases, Dictionary<string, string> options)
    {
        string? only = options.GetValueOrDefault("SHOW") ?? options.GetValueOrDefault("ONLY");
        HashSet<string>? names = only is null ? null : [.. only.Split(',')];
        string? family = options.GetValueOrDefault("FAMILY");
        return [.. cases.Where(c => names?.Contains(c.Name) != false && (family is null || c.Family == family))];
    }

    private static HashSet<Level> Named(Dictionary<string, string> options) =>
        [.. (options.GetValueOrDefault("FAILS") ?? "L0,L1,L2,L3,L4,L5").Split(',').Select(Enum.Parse<Level>)];

    private static int Show(IReadOnlyList<RecordedCase> cases, TextWriter output)
    {
        foreach (RecordedCase recorded in cases)
        {
            CaseResult result = Judging.Conformance.Run(recorded);
            output.WriteLine($"{recorded.Name}: short of {string.Join(' ', result.Short)} {result.Failure}");
            Differences.Write(output, recorded.ReadExpected(), result.Got);
        }

        return 0;
    }

    private static int CheckFloor(IReadOnlyList<CaseResult> results, TextWriter output)
    {
        bool held = true;
        foreach (IGrouping<string, CaseResult> set in results.GroupBy(r => Floor.NameOf(r.Case.Folder)))
        {
            IReadOnlyDictionary<Level, int> counts = ConformanceTable.Count(set);
            foreach ((string level, int floor) in Floors.Load().Of(set.Key).Levels)
            {
                if (counts[Enum.Parse<Level>(level)] >= floor)
                    continue;
                output.WriteLine(
                    $"below the floor of {set.Key}: {level} {counts[Enum.Parse<Level>(level)]} < {floor}");
                held = false;
            }
        }

        return held ? 0 : 1;
    }

    private static void WriteAnswers(IReadOnlyList<CaseResult> results, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (CaseResult result in results)
        {
            Answers got = result.Got;
            foreach ((string extension, string? text) in new[] { ("summary", got.Summary), ("graph", got.Graph), ("scores", got.Scores), ("dot", got.Dot) })
                File.WriteAllText(Path.Combine(folder, $"{result.Case.Name}.{extension}"), text);
        }
    }

    private static void WriteJson(IReadOnlyList<CaseResult> results, string file) => File.WriteAllText(
        file,
        JsonSerializer.Serialize(results.ToDictionary(
            r => r.Case.Name, r => r.Levels.ToDictionary(l => l.Key.ToString(), l => l.Value))));
}
