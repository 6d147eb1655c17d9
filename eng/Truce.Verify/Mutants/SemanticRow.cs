using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify.Mutants;

/// <summary>Single mistakes against promises: what notices them.</summary>
internal static partial class SemanticRow
{
    private const int MutantsMin = 80;
    private const double CaughtMin = 0.95;
    private static readonly string[] s_none = ["S1", "S2", "S5", "access"];
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(6);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "semantic",
        "at least 80 mistakes against promises, 95 % caught by fast suites or 500 seeds, "
        + "none against S1, S2, S5 or access survives",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        Ended ended = await Command.RunAsync(
            Repository.At("eng", "mutants"), ["semantic"], s_limit).ConfigureAwait(false);
        if (Figures().Match(ended.LastLine) is not { Success: true } match)
            return RowResult.If(false, ended.LastLine);
        int all = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        int caught = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        string[] survivors = match.Groups[3].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        bool reached = all >= MutantsMin && caught >= CaughtMin * all
            && !survivors.Any(s => s_none.Contains(s.Split(' ')[0]));
        return RowResult.If(reached, ended.LastLine);
    }

    [GeneratedRegex("^([0-9]+) mutants, ([0-9]+) caught, .*survive: (.*)$")]
    private static partial Regex Figures();
}
