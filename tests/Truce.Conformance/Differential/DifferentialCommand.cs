using System.Globalization;
using System.Xml.Linq;

using Truce.Conformance.Differential.Generation;
using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>
/// <c>differential SEEDS=2000 FIRST=1</c>: made-up clusters, compared; <c>SHOW=seed</c> for what differs in one, <c>KEEP=folder</c>
/// to keep those that differ, <c>SHRINK=seed-or-file LEVEL=L3</c> for a smaller cluster that differs likewise, <c>FILE=a,b</c> for what
/// differs in clusters of one's own, <c>SCORES=1</c> with the scores.
/// </summary>
internal static class DifferentialCommand
{
    /// <summary>Exit code 1 where a demand isn't met.</summary>
    public static int Run(string[] arguments, TextWriter output)
    {
        Dictionary<string, string> options = arguments.Select(a => a.Split('=', 2))
            .Where(a => a.Length == 2 && a[1].Length > 0)
            .ToDictionary(a => a[0].ToUpperInvariant(), a => a[1], StringComparer.Ordinal);
        if (!DebianSimulator.IsInstalled)
        {
            output.WriteLine("crm_simulate isn't installed");
            return 1;
        }

        if (options.TryGetValue("SHOW", out string? seed))
            return Show(Number(seed), options, output);
        if (options.TryGetValue("FILE", out string? files))
            return ShowFiles(files.Split(','), options.ContainsKey("SCORES"), output);
        if (options.TryGetValue("SHRINK", out seed))
            return Shrink(seed, options, output);
        IReadOnlyList<SeedResult> results = DifferentialRun.Run(
            Number(options.GetValueOrDefault("FIRST") ?? "1"), Number(options.GetValueOrDefault("SEEDS") ?? "200"));
        if (options.TryGetValue("KEEP", out string? folder))
        {
            foreach (SeedResult result in results.Where(r => !r.Equal(Level.L4)))
                DifferentialRun.Keep(result, folder);
        }

        return DifferentialTable.Write(output, results) ? 0 : 1;
    }

    private static int Show(int seed, Dictionary<string, string> options, TextWriter output)
    {
        SeedResult result = DifferentialRun.Run(seed);
        output.WriteLine($"seed {seed}: {string.Join(' ', result.Cluster.Features)}; known: {result.Known ?? "-"} {result.Result.Failure}");
        Differences.Write(output, result.Expected, result.Result.Got);
        if (options.TryGetValue("KEEP", out string? folder))
            DifferentialRun.Keep(result, folder);
        return 0;
    }

    private static int ShowFiles(string[] files, bool scores, TextWriter output)
    {
        foreach (string file in files)
        {
            (Answers expected, CaseResult result) = DifferentialRun.RunKept(file);
            output.WriteLine($"{file}: {string.Join(' ', SeedResult.Compared.Where(l => !result.Levels.GetValueOrDefault(l)))} {result.Failure}");
            Answers compared = scores ? expected with { Scores = DifferentialRun.OldScores(file) } : expected;
            Differences.Write(output, compared, scores ? result.Got : result.Got with { Scores = null });
        }

        return 0;
    }

    private static int Shrink(string seedOrFile, Dictionary<string, string> options, TextWriter output)
    {
        XElement cluster = int.TryParse(seedOrFile, CultureInfo.InvariantCulture, out int seed)
            ? ClusterGenerator.Make(seed).Document : XElement.Load(seedOrFile);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("truce-shrink");
        try
        {
            Level level = Enum.Parse<Level>(options.GetValueOrDefault("LEVEL") ?? "L3");
            XElement small = new Shrinker(level, folder.FullName).Shrink(cluster);
            Answers expected = DebianSimulator.Ask(small, folder.FullName);
            CaseResult result = Judging.Conformance.Run(new RecordedCase(seedOrFile, "", [], ""), small.ToString(), expected);
            output.WriteLine(small);
            Differences.Write(output, expected, result.Got with { Scores = null });
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
