using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>Scores and utilization, a line each, as crm_simulate labels them.</summary>
public static class ScoresText
{
    /// <summary>Writes the scores file: an empty line, then the scores sorted.</summary>
    public static void Write(TextWriter output, IEnumerable<ScoreLine> scores)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(scores);
        string[] lines = [.. scores.Select(Line)];
        Array.Sort(lines, StringComparer.Ordinal);
        output.Write('\n');
        foreach (string line in lines)
            output.Write($"{line}\n");
    }

    /// <summary>A score as a line.</summary>
    public static string Line(ScoreLine score) => score switch
    {
        ScoreLine.Allocation s => $"{s.Label}: {s.Resource} allocation score on {s.Node}: {Scores.Text(s.Score)}",
        ScoreLine.Promotion s => $"{s.Resource} promotion score on {s.Node?.Value ?? "none"}: {Scores.Text(s.Score)}",
        ScoreLine.InactivePromotion s => $"{s.Resource} promotion score (inactive): {Scores.Text(s.Score)}",
    };

    /// <summary>A utilization as a line.</summary>
    public static string Line(UtilizationLine line) => line switch
    {
        UtilizationLine.Capacity c =>
            $"{(c.Remaining ? "Remaining" : "Original")}: {c.Node} capacity:{Values(c.Values)}",
        UtilizationLine.Assigned a => $"{a.Label}: {a.Resource} utilization on {a.Node}:{Values(a.Values)}",
    };

    private static string Values(IEnumerable<KeyValuePair<string, string>> values) =>
        string.Concat(values.Select(v => $" {v.Key}={v.Value}"));
}
