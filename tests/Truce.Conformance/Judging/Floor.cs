using System.Text.Json;

namespace Truce.Conformance.Judging;

/// <summary>What has been reached and must not be lost again: cases per level, and the cases still short.</summary>
/// <param name="Levels">How many cases reach each level.</param>
/// <param name="Short">Cases that fall short of a demanded level; every other one must hold.</param>
internal sealed record Floor(SortedDictionary<string, int> Levels, SortedSet<string> Short)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>The floor as committed.</summary>
    public static Floor Load() => JsonSerializer.Deserialize<Floor>(File.ReadAllText(SourcePath()))!;

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

    /// <summary>Writes it back into the source tree.</summary>
    public void Save() => File.WriteAllText(SourcePath(), JsonSerializer.Serialize(this, s_json) + "\n");

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
