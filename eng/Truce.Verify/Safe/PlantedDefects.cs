using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify.Safe;

/// <summary>Defects planted in a copy of the readers (decision 0031), each of which the fuzzer must
/// find.</summary>
internal static partial class PlantedDefects
{
    private const int DefectsMin = 10;
    private const int RunsMax = 200_000;
    private static readonly TimeSpan s_buildLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_runLimit = TimeSpan.FromMinutes(10);

    /// <summary>What each took; null figures: the copy can't be made.</summary>
    public static async Task<(bool Reached, string Figure)> FindAllAsync()
    {
        string tree = Repository.At("artifacts", "fuzz-mutants");
        if (await MakeAsync(tree).ConfigureAwait(false) is { } problem)
            return (false, problem);
        Ended list = await Sim.RunAsync(["mutations", "fuzz"]).ConfigureAwait(false);
        List<string> found = [];
        List<string> missed = [];
        string[] lines = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string[] defect in lines.Select(l => l.Split(' ')))
        {
            string came = await TryAsync(tree, defect[0], defect[1]).ConfigureAwait(false);
            bool isFound = Caught().IsMatch(came);
            string figure = isFound ? Caught().Match(came).Groups[1].Value : came;
            (isFound ? found : missed).Add($"{defect[0]} {defect[1]} {figure}");
            Console.Error.WriteLine($"{defect[0]} {defect[1]}: {came}");
        }

        string missing = missed.Count == 0 ? "" : "; missed: " + string.Join(", ", missed);
        return (
            missed.Count == 0 && found.Count >= DefectsMin,
            $"{found.Count} of {found.Count + missed.Count} planted defects found, after runs: "
            + string.Join(", ", found) + missing);
    }

    private static async Task<string?> MakeAsync(string tree)
    {
        Ended planted = await Sim.RunAsync(["plant", Repository.Root, tree, "fuzz"]).ConfigureAwait(false);
        if (planted.Code != 0)
            return $"the defects can't be planted: {planted.LastLine}";
        Ended built = await Command.RunAsync(
            "dotnet", ["build", "tests/Truce.Fuzz", "-c", "Release", "-v", "q", "-clp:ErrorsOnly"],
            s_buildLimit, folder: tree).ConfigureAwait(false);
        if (built.Code != 0)
            return $"the copy can't be built: {built.LastLine}";
        Ended woven = await Command.RunAsync(
            "dotnet",
            [Path.Combine(tree, "tests/Truce.Fuzz/bin/Release/net10.0/Truce.Fuzz.dll"), "weave"],
            s_runLimit).ConfigureAwait(false);
        return woven.Code == 0 ? null : $"the probes can't be woven in: {woven.LastLine}";
    }

    // Found, by an input that the sources as they are answer.
    private static async Task<string> TryAsync(string tree, string target, string name)
    {
        string input = Path.Combine(tree, name + ".input");
        string runs = RunsMax.ToString(CultureInfo.InvariantCulture);
        Ended first = await RunAsync(
            tree, name, "fuzz-first", $"TARGET={target}", $"RUNS={runs}", $"FILE={input}")
            .ConfigureAwait(false);
        if (first.Code != 0)
            return first.LastLine;
        Ended without = await RunAsync(tree, "", "fuzz-again", $"TARGET={target}", $"FILE={input}")
            .ConfigureAwait(false);
        return without.Code == 0
            ? first.Output.Split('\n').First(l => Caught().IsMatch(l))
            : $"what it found is there without the defect: {without.Output.Split('\n')[0]}";
    }

    private static Task<Ended> RunAsync(string tree, string mutation, params string[] words) =>
        Command.RunAsync(
            "dotnet", [Path.Combine(tree, "artifacts", "fuzz", "bin", "Truce.Fuzz.dll"), .. words],
            s_runLimit, new Dictionary<string, string> { ["TRUCE_MUTATION"] = mutation });

    [GeneratedRegex("CAUGHT after ([0-9]+) runs")]
    private static partial Regex Caught();
}
