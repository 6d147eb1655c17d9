using System.Globalization;

namespace Truce.Mutants;

/// <summary>A mistake against a promise.</summary>
internal sealed record PlantedMutant(string Promise, string Name);

/// <summary>
/// What became of planted mutants. Each verdict is on disk before the next mutant is asked about, so that
/// interrupted runs add up. Caught stays true while the sources are the same; missed is true of one suite, as
/// it was, or of a number of seeds.
/// </summary>
internal sealed class PlantedVerdicts
{
    /// <summary>What begins the word on a mutant that seeds caught.</summary>
    public const string BySeeds = "seeds: ";

    private readonly Dictionary<string, string> _caught = [];
    private readonly HashSet<string> _missed = [];
    private readonly string _caughtFile;
    private readonly string _missedFile;

    /// <summary>Reads what is known of these sources.</summary>
    public PlantedVerdicts(string folder, string sources)
    {
        Sources = sources;
        _caughtFile = Path.Combine(folder, $"caught-{sources}.tsv");
        _missedFile = Path.Combine(folder, $"missed-{sources}.tsv");
        if (Settings.Fresh)
        {
            File.Delete(_caughtFile);
            File.Delete(_missedFile);
        }

        foreach (string[] parts in Lines(_caughtFile).Select(l => l.Split('\t')).Where(p => p.Length == 2))
            _caught[parts[0]] = parts[1];
        _missed.UnionWith(Lines(_missedFile));
    }

    /// <summary>A digest of the sources that were judged.</summary>
    public string Sources { get; }

    /// <summary>What caught it; null: nothing has.</summary>
    public string? CaughtBy(PlantedMutant mutant) => _caught.GetValueOrDefault(mutant.Name);

    /// <summary>Whether it was asked there in vain.</summary>
    public bool WasMissed(PlantedMutant mutant, string by) => _missed.Contains($"{mutant.Name}\t{by}");

    /// <summary>Keeps what caught it.</summary>
    public void Caught(PlantedMutant mutant, string by)
    {
        string word = by.Replace('\t', ' ');
        _caught[mutant.Name] = word;
        File.AppendAllText(_caughtFile, $"{mutant.Name}\t{word}\n");
    }

    /// <summary>Keeps who didn't notice it.</summary>
    public void Missed(PlantedMutant mutant, string by)
    {
        if (_missed.Add($"{mutant.Name}\t{by}"))
            File.AppendAllText(_missedFile, $"{mutant.Name}\t{by}\n");
    }

    /// <summary>Prints a table, and the figures as the last line.</summary>
    public int Tell(IReadOnlyList<PlantedMutant> mutants)
    {
        Console.WriteLine("| Mutant | Promise | Caught by |\n|---|---|---|");
        foreach (PlantedMutant mutant in mutants.OrderBy(m => m.Promise, StringComparer.Ordinal))
            Console.WriteLine($"| {mutant.Name} | {mutant.Promise} | {CaughtBy(mutant) ?? "SURVIVES"} |");
        PlantedMutant[] survivors = [.. mutants.Where(m => CaughtBy(m) is null)];
        int bySeeds = mutants.Count(m =>
            CaughtBy(m)?.StartsWith(BySeeds, StringComparison.Ordinal) == true);
        int caught = mutants.Count - survivors.Length;
        string alive = string.Join(", ", survivors.Select(s => $"{s.Promise} {s.Name}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{mutants.Count} mutants, {caught} caught, {caught - bySeeds} of them by suites, "
            + $"{bySeeds} by seeds; survive: {alive}"));
        return 0;
    }

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];
}
