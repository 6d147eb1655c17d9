using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify;

/// <summary>Defects planted in production code, each of which its checker must catch.</summary>
internal static partial class MutationRow
{
    private const int SeedsMax = 2_000;
    private const int MutationsMin = 20;
    private const int PerPromiseMin = 3;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "mutations",
        "at least 20, three or more for each promise, each caught by its checker within 2,000 seeds",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string tree = Repository.At("artifacts", "mutants");
        Ended planted = await Sim.RunAsync(["plant", Repository.Root, tree]).ConfigureAwait(false);
        if (planted.Code != 0)
            return RowResult.If(false, $"the mutations can't be planted: {planted.LastLine}");
        if (await Sim.BuildAsync(tree).ConfigureAwait(false) is { Code: not 0 } failed)
            return RowResult.If(false, $"the mutants can't be built: {failed.LastLine}");
        Ended list = await Sim.RunInAsync(tree, ["mutations"]).ConfigureAwait(false);
        string[][] mutations =
            [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))];
        List<string> told = [];
        List<string> missed = [];
        foreach (string[] mutation in mutations)
            await TryAsync(tree, mutation[0], mutation[1], told, missed).ConfigureAwait(false);
        bool enough = mutations.Length >= MutationsMin
            && mutations.GroupBy(m => m[0]).All(g => g.Count() >= PerPromiseMin);
        return RowResult.If(
            enough && missed.Count == 0,
            $"{told.Count} of {mutations.Length} caught, after seeds: {string.Join(", ", told)}{(missed.Count == 0 ? "" : "; missed: " + string.Join(", ", missed))}");
    }

    private static async Task TryAsync(
        string tree, string promise, string name, List<string> told, List<string> missed)
    {
        Ended ended = await Sim.RunInAsync(
            tree, ["first-violation"], ("TRUCE_MUTATION", name), ("PROMISE", promise),
            ("SEEDS", SeedsMax.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false);
        if (ended.Code == 0 && Caught().Match(ended.Output) is { Success: true } match)
            told.Add($"{promise} {name} {match.Groups[1].Value}");
        else
            missed.Add($"{promise} {name}");
        Console.Error.WriteLine($"{promise} {name}: {ended.LastLine}");
    }

    [GeneratedRegex("CAUGHT after ([0-9]+) seeds")]
    private static partial Regex Caught();
}
