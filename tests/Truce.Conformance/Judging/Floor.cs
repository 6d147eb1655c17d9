using System.Text.Json;

namespace Truce.Conformance.Judging;

/// <summary>What has been reached in a set of cases and must not be lost again: cases per level, and the
/// cases still short.</summary>
/// <param name="Levels">How many cases reach each level.</param>
/// <param name="Short">Cases that fall short of a demanded level; every other one must hold.</param>
internal sealed record Floor(SortedDictionary<string, int> Levels, SortedSet<string> Short)
{
    /// <summary>The name of a set: that of its folder.</summary>
    public static string NameOf(string folder) => Path.GetFileName(folder.TrimEnd('/'));

    /// <summary>
    /// The floor raised to what was reached: figures only rise. Which cases are short may change, as long as no level has
    /// fewer; the change is in the diff of floor.json, for review.
    /// </summary>
    public Floor Raise(IReadOnlyList<CaseResult> results)
    {
        SortedDictionary<string, int> levels = new(Levels, StringComparer.Ordinal);
        foreach ((Level level, int count) in ConformanceTable.Count(results))
            levels[level.ToString()] = Math.Max(count, levels.GetValueOrDefault(level.ToString()));
        return new Floor(
            levels,
            new SortedSet<string>(results.Where(r => r.Short.Count > 0).Select(r => r.Case.Name), StringComparer.Ordinal));
    }
}

/// <summary>The floors of all sets that have one.</summary>
internal sealed class Floors(SortedDictionary<string, Floor> sets)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>The floors as committed.</summary>
    public static Floors Load() =>
        new(JsonSerializer.Deserialize<SortedDictionary<string, Floor>>(File.ReadAllText(SourcePath()))!);

    /// <summary>The floor of a set, by its name or folder; that of an unknown set asks for nothing.</summary>
    public Floor Of(string set) => sets.GetValueOrDefault(Floor.NameOf(set)) ?? new Floor([], []);

    /// <summary>Raises the floor of a set that has one, and writes it back into the source tree.</summary>
    public void Raise(string set, IReadOnlyList<CaseResult> results)
    {
        if (!sets.TryGetValue(set, out Floor? floor))
            return;
        sets[set] = floor.Raise(results);
        File.WriteAllText(SourcePath(), JsonSerializer.Serialize(sets, s_json) + "\n");
    }

    private static string SourcePath()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Truce.slnx")))
                return Path.Combine(d.FullName, "tests", "Truce.Conformance", "floor.json");
        }

        throw new InvalidOperationException("Truce.slnx not found above the test");
    }
}
