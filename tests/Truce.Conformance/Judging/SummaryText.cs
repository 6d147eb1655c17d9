using System.Text.RegularExpressions;

namespace Truce.Conformance.Judging;

/// <summary>The ways in which two texts count as equal although their bytes differ.</summary>
internal static partial class SummaryText
{
    /// <summary>Section title in lower case, and its lines with blanks collapsed and empty ones dropped.</summary>
    public static Dictionary<string, List<string>> Sections(string text)
    {
        Dictionary<string, List<string>> sections = [];
        List<string>? lines = null;
        foreach (string line in Lines(text))
        {
            Match title = Title().Match(line);
            if (title.Success)
                lines = Open(sections, title.Groups[1].Value.ToLowerInvariant());
            else if (lines is not null && Collapse(line) is { Length: > 0 } collapsed)
                lines.Add(collapsed);
        }

        return sections;
    }

    /// <summary>The decisions of a transition summary, without reasons and padding, sorted.</summary>
    public static List<string> Decisions(IEnumerable<string> lines) =>
        [.. lines.Select(l => Reason().Replace(l, "")).Order(StringComparer.Ordinal)];

    /// <summary>The lines without any white space, empty ones dropped.</summary>
    public static List<string> Squeeze(string text) =>
        [.. Lines(text).Select(l => Blank().Replace(l, "")).Where(l => l.Length > 0)];

    /// <summary>As <see cref="Squeeze"/>, with the executed actions sorted.</summary>
    public static List<string> ExecutedInAnyOrder(string text)
    {
        List<string> result = [], block = [];
        bool inside = false;
        foreach (string line in Squeeze(text))
        {
            if (Title().IsMatch(line) || SqueezedTitle().IsMatch(line))
            {
                result.AddRange(block.Order(StringComparer.Ordinal));
                block.Clear();
                inside = line.StartsWith("executingclustertransition", StringComparison.OrdinalIgnoreCase);
                result.Add(line);
            }
            else
            {
                (inside ? block : result).Add(line);
            }
        }

        return [.. result, .. block.Order(StringComparer.Ordinal)];
    }

    /// <summary>The graph without the fields that depend on release and machine.</summary>
    public static List<string> Graph(string text) => Squeeze(BatchLimit().Replace(FeatureSet().Replace(text, ""), ""));

    /// <summary>The DOT file with its middle lines sorted and unique.</summary>
    public static List<string> Dot(string text)
    {
        string[] lines = Lines(text);
        if (lines.Length < 2)
            return [.. lines];
        IEnumerable<string> middle = lines[1..^1].Distinct().Order(StringComparer.Ordinal);
        return Squeeze(string.Join('\n', [lines[0], .. middle, lines[^1]]));
    }

    /// <summary>The score lines sorted.</summary>
    public static List<string> Scores(string text) => [.. Squeeze(text).Order(StringComparer.Ordinal)];

    private static List<string>? Open(Dictionary<string, List<string>> sections, string title)
    {
        if (title.StartsWith("using", StringComparison.Ordinal) || title.StartsWith("setting", StringComparison.Ordinal))
            return sections.GetValueOrDefault(title);
        if (!sections.TryGetValue(title, out List<string>? lines))
            sections[title] = lines = [];
        return lines;
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static string Collapse(string line) =>
        string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(
        "^(Current cluster status|Transition Summary|Executing Cluster Transition|Revised Cluster Status|"
        + "Utilization information|Assignment Scores|Using the original execution date of|"
        + "Setting effective cluster time):",
        RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex("^(executingclustertransition|revisedclusterstatus|usingtheoriginal)", RegexOptions.IgnoreCase)]
    private static partial Regex SqueezedTitle();

    [GeneratedRegex(@"\s+('[^']*'$|due to .*$)")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex("crm_feature_set=\"[^\"]*\"")]
    private static partial Regex FeatureSet();

    [GeneratedRegex("batch-limit=\"[0-9]*\"")]
    private static partial Regex BatchLimit();
}
