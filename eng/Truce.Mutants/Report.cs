using System.Globalization;
using Truce.Mutants.Generating;

namespace Truce.Mutants;

/// <summary>What a run came to.</summary>
internal static class Report
{
    /// <summary>Prints survivors and figures, and keeps them beside the results.</summary>
    public static int Write(
        string folder, MutatedProjects project, IReadOnlyList<Mutant> all, IReadOnlyList<Mutant> drawn,
        Results results)
    {
        IReadOnlyDictionary<string, string> harmless = Harmless.Read();
        Mutant[] excused = [.. drawn.Where(m => harmless.ContainsKey(m.Key)
            && results.Of(m).Verdict != "killed")];
        ILookup<string, Mutant> by = drawn.Except(excused).ToLookup(m => results.Of(m).Verdict);
        using StreamWriter file = new(Path.Combine(folder, "survivors.txt"));
        foreach (string verdict in new[] { "uncovered", "survived" })
        {
            foreach (Mutant mutant in by[verdict].OrderBy(m => m.File, StringComparer.Ordinal).ThenBy(m =>
                m.Line))
            {
                string told = $"{verdict}: {mutant}\n    key: {mutant.Key}";
                Console.WriteLine(told);
                file.WriteLine(told);
            }
        }

        foreach (string stale in Harmless.Stale(harmless, project.Assembly, all))
            Console.WriteLine($"harmless.txt names what isn't there: {stale}");
        string size = Settings.Sample == 0 ? "all" : $"{Settings.Sample}, seed {Settings.Seed}";
        string since = Settings.Since is { } commit ? $", since {commit}" : "";
        string files = Settings.Files.Length == 0 ? "" : $", {string.Join(' ', Settings.Files)}";
        Console.WriteLine(
            $"{all.Count} mutants in {project.Name}; sample {size}{files}{since}; {excused.Length} harmless");
        int counted = drawn.Count - excused.Length;
        int killed = by["killed"].Count(), survived = by["survived"].Count();
        double score = counted == 0 ? 100 : 100.0 * killed / counted;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{counted} mutants, {killed} killed, {survived} survived, "
            + $"{by["uncovered"].Count()} without coverage, score {score:0.0} %");
        Console.WriteLine(line);
        file.WriteLine(line);
        return 0;
    }
}
