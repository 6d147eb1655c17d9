using Truce.Mutants.Generating;

namespace Truce.Mutants;

/// <summary>
/// Mutants that no test can or need notice, with the reason: eng/Truce.Mutants/harmless.txt. Each entry is
/// two lines, the
/// mutant's key (file, member, operator, texts, occurrence; no line numbers) and, indented, why.
/// </summary>
internal static class Harmless
{
    /// <summary>Reasons by key.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        Dictionary<string, string> reasons = [];
        string? key = null;
        foreach (string line in File.ReadLines(
            Path.Combine(Settings.Root, "eng", "Truce.Mutants", "harmless.txt")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
                key = line;
            else if (key is not null)
                reasons[key] = line.Trim();
        }

        return reasons;
    }

    /// <summary>Entries that fit no mutant (any more).</summary>
    public static IEnumerable<string> Stale(
        IReadOnlyDictionary<string, string> reasons, string project, IReadOnlyList<Mutant> mutants)
    {
        HashSet<string> keys = [.. mutants.Select(m => m.Key)];
        return reasons.Keys.Where(k => k.StartsWith(project + "/", StringComparison.Ordinal)
            && !keys.Contains(k));
    }
}
