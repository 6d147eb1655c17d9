namespace Truce.Conformance.Judging;

/// <summary>What differs between two answers, line by line: - is missing, + is too much.</summary>
internal static class Differences
{
    /// <summary>Writes the differences of summary, graph and scores.</summary>
    public static void Write(TextWriter output, Answers expected, Answers got)
    {
        WriteLines(output, expected.Summary ?? "", got.Summary ?? "");
        GraphText? e = GraphText.Parse(expected.Graph), g = GraphText.Parse(got.Graph);
        if (e is not null && g is not null)
        {
            WriteCounts(output, "action", Count(e.Actions), Count(g.Actions));
            WriteCounts(output, "ordering", Named(e), Named(g));
            if (e.Actions.SequenceEqual(g.Actions))
                WriteCounts(output, "attributes", Count(e.Attributed), Count(g.Attributed));
        }

        WriteCounts(output, "score", Count(Lines(expected.Scores)), Count(Lines(got.Scores)));
    }

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, int> Count(IEnumerable<string> lines) =>
        lines.GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());

    private static Dictionary<string, int> Named(GraphText graph) =>
        graph.Closure().ToDictionary(p => $"{p.Key.Earlier}  ->  {p.Key.Later}", p => p.Value);

    private static void WriteCounts(
        TextWriter output, string what, Dictionary<string, int> expected, Dictionary<string, int> got)
    {
        foreach (string line in expected.Keys.Union(got.Keys).Order(StringComparer.Ordinal))
        {
            int difference = got.GetValueOrDefault(line) - expected.GetValueOrDefault(line);
            if (difference != 0)
                output.WriteLine($"{(difference < 0 ? "-" : "+")} {what} {line} x{Math.Abs(difference)}");
        }
    }

    // The longest common subsequence is exact and fast enough for summaries of some hundred lines.
    private static void WriteLines(TextWriter output, string expected, string got)
    {
        string[] a = expected.Split('\n'), b = got.Split('\n');
        int[,] common = new int[a.Length + 1, b.Length + 1];
        for (int i = a.Length - 1; i >= 0; i--)
        {
            for (int j = b.Length - 1; j >= 0; j--)
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
                (i, j) = (i + 1, j + 1);
            else if (j == b.Length || (i < a.Length && common[i + 1, j] >= common[i, j + 1]))
                output.WriteLine($"- {a[i++]}");
            else
                output.WriteLine($"+ {b[j++]}");
        }
    }
}
