using System.Xml.Linq;

using Truce.Conformance.Differential.Generation;
using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>Runs made-up clusters through both schedulers.</summary>
internal static class DifferentialRun
{
    private const int Cores = 2;

    /// <summary>The results of the seeds from <paramref name="first"/> on.</summary>
    public static IReadOnlyList<SeedResult> Run(int first, int count)
    {
        SeedResult[] results = new SeedResult[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Cores }, i => results[i] = Run(first + i));
        return results;
    }

    /// <summary>The result of one seed.</summary>
    public static SeedResult Run(int seed)
    {
        GeneratedCluster cluster = ClusterGenerator.Make(seed);
        (Answers expected, CaseResult result) = Compare($"seed {seed}", cluster.Document);
        bool differs = !result.Levels.GetValueOrDefault(Level.L3);
        return new SeedResult(cluster, expected, result, differs ? KnownDifferences.Find(cluster.Document, expected) : null);
    }

    /// <summary>The two answers to a cluster that was kept as a file.</summary>
    public static (Answers Expected, CaseResult Result) RunKept(string file) =>
        Compare(Path.GetFileNameWithoutExtension(file), XElement.Load(file));

    /// <summary>Debian's scores for a cluster in a file, under the names that their lines have now.</summary>
    public static string OldScores(string file)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("truce-differential");
        try
        {
            return DebianSimulator.AskScores(XElement.Load(file), folder.FullName)
                .Replace("clone_allocate", "clone_assign", StringComparison.Ordinal)
                .Replace("bundle_allocate", "bundle_assign", StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Both answers to a cluster.</summary>
    public static (Answers Expected, CaseResult Result) Compare(string name, XElement cib)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("truce-differential");
        try
        {
            Answers expected = DebianSimulator.Ask(cib, folder.FullName);
            return (expected, InOldWords(Judging.Conformance.Run(new RecordedCase(name, "", [], ""), cib.ToString(), expected), expected));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Since 2.1.6 a resource in maintenance is shown as that; before, as unmanaged. The state is the same.
    private static CaseResult InOldWords(CaseResult result, Answers expected)
    {
        if (result.Got.Summary is not { } summary)
            return result;
        IEnumerable<string> lines = summary.Split('\n').Select(l => l.Contains("* Node ", StringComparison.Ordinal)
            ? l
            : l.Replace("maintenance)", "unmanaged)", StringComparison.Ordinal));
        Answers got = result.Got with { Summary = string.Join('\n', lines) };
        return CaseResult.Of(result.Case, expected, got, result.Elapsed, result.Failure) with { Findings = result.Findings };
    }

    /// <summary>The cluster as a file.</summary>
    public static void Keep(SeedResult result, string folder)
    {
        Directory.CreateDirectory(folder);
        string stem = Path.Combine(folder, $"{result.Cluster.Seed}");
        result.Cluster.Document.Save(stem + ".xml", SaveOptions.None);
        File.WriteAllText(stem + ".expected.summary", result.Expected.Summary);
        File.WriteAllText(stem + ".expected.graph", result.Expected.Graph);
        File.WriteAllText(stem + ".summary", result.Result.Got.Summary);
        File.WriteAllText(stem + ".graph", result.Result.Got.Graph);
    }
}
