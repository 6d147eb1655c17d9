using System.Globalization;

using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>Prints what a run of the differential test came to, and judges it.</summary>
internal static class DifferentialTable
{
    private const double FeatureLeast = 0.05;
    private const double KnownMost = 0.10;
    private const double UnexplainedBelow = 0.01;
    private const int ResourcesLeast = 8;

    /// <summary>True if every demand is met.</summary>
    public static bool Write(TextWriter output, IReadOnlyList<SeedResult> results)
    {
        (string Feature, double Share)[] features = [.. Frequencies(results)];
        foreach ((string feature, double share) in features)
        {
            double differ = Unexplained(With(results, feature), Level.L3).Count() / (double)With(results, feature).Count;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{feature,-26} {share,7:P1} of the seeds, {differ,7:P1} of them differ at L3"));
        }

        foreach (Level level in SeedResult.Compared)
            WriteLevel(output, results, level);
        foreach (IGrouping<string, SeedResult> known in results.Where(r => r.Known is not null).GroupBy(r => r.Known!))
            output.WriteLine($"known: {known.Count()} {known.Key}");
        int refused = results.Count(r => !r.IsAnswered);
        int resources = results.Select(r => r.Cluster.Resources).Order().ElementAt(results.Count / 2);
        double unexplained = Unexplained(results, Level.L3).Count() / (double)results.Count;
        double explained = results.Count(r => r.Known is not null) / (double)results.Count;
        double rarest = features.Min(f => f.Share);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Count} seeds, {refused} refused, median of {resources} resources, rarest feature {rarest:P1}, "
            + $"known {explained:P2}, unexplained at L3 {unexplained:P2}"));
        return refused == 0 && resources >= ResourcesLeast && rarest >= FeatureLeast && explained <= KnownMost && unexplained < UnexplainedBelow;
    }

    private static IEnumerable<(string Feature, double Share)> Frequencies(IReadOnlyList<SeedResult> results) => results
        .SelectMany(r => r.Cluster.Features)
        .GroupBy(f => f)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => (g.Key, g.Count() / (double)results.Count));

    private static List<SeedResult> With(IReadOnlyList<SeedResult> results, string feature) =>
        [.. results.Where(r => r.Cluster.Features.Contains(feature))];

    private static IEnumerable<SeedResult> Unexplained(IReadOnlyList<SeedResult> results, Level level) =>
        results.Where(r => r.IsAnswered && r.Known is null && !r.Equal(level));

    private static void WriteLevel(TextWriter output, IReadOnlyList<SeedResult> results, Level level)
    {
        int[] different = [.. Unexplained(results, level).Select(r => r.Cluster.Seed)];
        output.WriteLine($"{level}: {different.Length} unexplained: {string.Join(' ', different.Take(60))}");
    }
}
