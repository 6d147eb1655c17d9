using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify.Mutants;

/// <summary>The mutation score of one project's suites, by standard operators (<c>make mutants</c>). SAMPLE=
/// and SEED= draw
/// some; without them 400 are drawn with seed 1.</summary>
internal static partial class StandardRow
{
    private const double ScoreMin = 80;
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(3);

    /// <summary>The row of a project.</summary>
    public static Row Of(string project) => new(
        project.ToLowerInvariant(),
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ScoreMin} % of standard mutants of {project} killed "
            + $"(survivors: artifacts/mutants-standard/{project}/survivors.txt)"),
        () => RunAsync(project));

    private static async Task<RowResult> RunAsync(string project)
    {
        string sample = Environment.GetEnvironmentVariable("SAMPLE") ?? "400";
        string seed = Environment.GetEnvironmentVariable("SEED") ?? "1";
        Ended ended = await Command.RunAsync(
            Repository.At("eng", "mutants"), ["standard"], s_limit,
            new Dictionary<string, string> { ["PROJECT"] = project, ["SAMPLE"] = sample, ["SEED"] = seed })
            .ConfigureAwait(false);
        if (Score().Match(ended.LastLine) is not { Success: true } match)
            return RowResult.If(false, ended.LastLine);
        double score = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return RowResult.If(score >= ScoreMin, $"{ended.LastLine} (sample {sample}, seed {seed})");
    }

    [GeneratedRegex(@"score ([0-9.]+) %$")]
    private static partial Regex Score();
}
