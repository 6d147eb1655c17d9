namespace Truce.Conformance.Judging;

/// <summary>Decides which levels an answer reaches; agrees with the script that comes with the cases.</summary>
internal static class Judge
{
    /// <summary>Level by level whether it is reached; levels without a record are left out.</summary>
    public static IReadOnlyDictionary<Level, bool> Compare(Answers expected, Answers got)
    {
        SortedDictionary<Level, bool> levels = [];
        if (expected.Summary is not null)
            CompareSummaries(expected.Summary, got.Summary, levels);
        if (expected.Graph is not null)
            CompareGraphs(expected.Graph, got.Graph, levels);
        if (expected.Scores is not null)
            levels[Level.LS] = got.Scores is not null && SummaryText.Scores(expected.Scores).SequenceEqual(SummaryText.Scores(got.Scores));
        if (expected.Dot is not null)
            levels[Level.LD] = got.Dot is not null && SummaryText.Dot(expected.Dot).SequenceEqual(SummaryText.Dot(got.Dot));
        return levels;
    }

    private static void CompareSummaries(string expected, string? got, SortedDictionary<Level, bool> levels)
    {
        Dictionary<string, List<string>> e = SummaryText.Sections(expected), g = SummaryText.Sections(got ?? "");
        levels[Level.L0] = Same("current cluster status");
        levels[Level.L1] = Same("revised cluster status");
        levels[Level.L2] = Same("transition summary");
        levels[Level.L2d] = g.TryGetValue("transition summary", out List<string>? decisions)
            && SummaryText.Decisions(Lines("transition summary")).SequenceEqual(SummaryText.Decisions(decisions));
        levels[Level.L5s] = got is not null
            && SummaryText.ExecutedInAnyOrder(expected).SequenceEqual(SummaryText.ExecutedInAnyOrder(got));
        levels[Level.L5] = got is not null && SummaryText.Squeeze(expected).SequenceEqual(SummaryText.Squeeze(got));
        levels[Level.L6] = expected == got;

        List<string> Lines(string section) => e.GetValueOrDefault(section) ?? [];
        bool Same(string section) =>
            g.TryGetValue(section, out List<string>? lines) && Lines(section).SequenceEqual(lines);
    }

    private static void CompareGraphs(string expected, string? got, SortedDictionary<Level, bool> levels)
    {
        levels[Level.LG] = got is not null && SummaryText.Graph(expected).SequenceEqual(SummaryText.Graph(got));
        GraphText? e = GraphText.Parse(expected), g = GraphText.Parse(got);
        levels[Level.L3] = e is not null && g is not null && e.Actions.SequenceEqual(g.Actions);
        levels[Level.LA] = levels[Level.L3]
            && (levels[Level.LG] || e!.Attributed.SequenceEqual(g!.Attributed));
        levels[Level.L4] = levels[Level.L3] && (levels[Level.LG] || SamePairs(e!.Closure(), g!.Closure()));
    }

    private static bool SamePairs(
        Dictionary<(string, string), int> a, Dictionary<(string, string), int> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out int times) && times == pair.Value);
}
