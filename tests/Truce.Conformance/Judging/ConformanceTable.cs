using System.Globalization;

namespace Truce.Conformance.Judging;

/// <summary>The results as people read them: a row a family, the total, and the names that fall short.</summary>
internal static class ConformanceTable
{
    private static readonly Level[] s_levels = Enum.GetValues<Level>();

    /// <summary>How many cases reach each level.</summary>
    public static IReadOnlyDictionary<Level, int> Count(IEnumerable<CaseResult> results) =>
        s_levels.ToDictionary(l => l, l => results.Count(r => r.Levels.GetValueOrDefault(l)));

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="results">All results.</param>
    /// <param name="named">Levels whose failing cases are listed.</param>
    public static void Write(TextWriter output, IReadOnlyList<CaseResult> results, IReadOnlyCollection<Level> named)
    {
        output.WriteLine($"{"family",-24} {"cases",5} {string.Concat(s_levels.Select(l => $" {l,5}"))}");
        foreach (IGrouping<string, CaseResult> family in results.GroupBy(r => r.Case.Family))
            WriteRow(output, family.Key, [.. family]);
        WriteRow(output, "TOTAL", results);
        output.WriteLine($"{"per cent",-24} {"",5} {string.Concat(s_levels.Select(l => Percent(results, l)))}");
        foreach (Level level in s_levels.Where(named.Contains))
            WriteNames(output, $"short of {level}", results.Where(r => !r.Levels.GetValueOrDefault(level, true)));
        WriteFailures(output, results);
        foreach (CaseResult result in results)
        {
            foreach (string finding in result.Findings)
                output.WriteLine($"plan checker, {result.Case.Name}: {finding}");
        }
    }

    private static void WriteRow(TextWriter output, string title, IReadOnlyList<CaseResult> results)
    {
        IReadOnlyDictionary<Level, int> counts = Count(results);
        output.WriteLine($"{title,-24} {results.Count,5} {string.Concat(s_levels.Select(l => $" {counts[l],5}"))}");
    }

    private static string Percent(IReadOnlyList<CaseResult> results, Level level)
    {
        int judged = results.Count(r => r.Levels.ContainsKey(level));
        double percent = judged == 0 ? 0 : 100.0 * results.Count(r => r.Levels.GetValueOrDefault(level)) / judged;
        return string.Create(CultureInfo.InvariantCulture, $" {percent,5:0.0}");
    }

    private static void WriteNames(TextWriter output, string title, IEnumerable<CaseResult> results)
    {
        string[] names = [.. results.Select(r => r.Case.Name)];
        if (names.Length > 0)
            output.WriteLine($"{title} ({names.Length}): {string.Join(' ', names)}");
    }

    private static void WriteFailures(TextWriter output, IReadOnlyList<CaseResult> results)
    {
        foreach (IGrouping<string, CaseResult> failure in results
            .Where(r => r.Failure is not null)
            .GroupBy(r => r.Failure!)
            .OrderByDescending(f => f.Count()))
            WriteNames(output, $"no answer, {failure.Key}", failure);
    }
}
