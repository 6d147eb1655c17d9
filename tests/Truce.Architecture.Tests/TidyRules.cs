using System.Text.RegularExpressions;

namespace Truce.Architecture.Tests;

/// <summary>Something that is larger than it should be.</summary>
/// <param name="Kind">wide, file, function, flag, operation or unused.</param>
/// <param name="Where">The project for what is counted by project; else the file, with the function.</param>
/// <param name="Size">How many, or how long.</param>
internal sealed record Untidy(string Kind, string Where, int Size);

/// <summary>Measures sources: text is enough, as the formatting is checked by the compiler.</summary>
internal static partial class TidyRules
{
    public const int WidthMax = 110;
    public const int FileMax = 400;
    public const int FunctionMax = 60;

    /// <summary>All that is too large in these files.</summary>
    public static IReadOnlyList<Untidy> Measure(IReadOnlyDictionary<string, string> sources)
    {
        List<Untidy> found = [];
        foreach (IGrouping<string, KeyValuePair<string, string>> project in sources.GroupBy(s => Project(s.Key)))
        {
            Count(found, "wide", project.Key, project.Sum(f => Lines(f.Value).Count(l => l.Length > WidthMax)));
            if (project.Key.StartsWith("src/", StringComparison.Ordinal))
            {
                Count(found, "flag", project.Key, project.Sum(f => Lines(f.Value).Count(l => Flag().IsMatch(l))));
                Count(found, "operation", project.Key, project.Sum(f => OperationWord().Count(f.Value)));
            }
        }

        foreach ((string path, string text) in sources)
        {
            string[] lines = Lines(text);
            if (lines.Length > FileMax)
                found.Add(new Untidy("file", path, lines.Length));
            found.AddRange(Functions(lines).Where(f => f.Length > FunctionMax).Select(f => new Untidy("function", $"{path}:{f.Name}", f.Length)));
        }

        return found;
    }

    /// <summary>Internal types that nothing names but their own declaration.</summary>
    public static IReadOnlyList<Untidy> Unused(IReadOnlyDictionary<string, string> sources)
    {
        Dictionary<string, int> words = [];
        foreach (Match word in sources.Values.SelectMany(t => Word().Matches(t)))
            words[word.Value] = words.GetValueOrDefault(word.Value) + 1;
        return
        [
            .. from source in sources
               where source.Key.StartsWith("src/", StringComparison.Ordinal) || source.Key.StartsWith("eng/", StringComparison.Ordinal)
               from declared in InternalType().Matches(source.Value)
               let name = declared.Groups[1].Value
               where words[name] < 2
               select new Untidy("unused", $"{source.Key}:{name}", 1),
        ];
    }

    private static void Count(List<Untidy> found, string kind, string where, int count)
    {
        if (count > 0)
            found.Add(new Untidy(kind, where, count));
    }

    // From a signature to the brace, or the end of the expression, at its indent.
    private static IEnumerable<(string Name, int Length)> Functions(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            Match signature = Signature().Match(lines[i]);
            if (!signature.Success || TypeWord().IsMatch(lines[i]))
                continue;
            string indent = signature.Groups[1].Value;
            int end = i;
            while (end < lines.Length - 1 && lines[end] != indent + "{" && !lines[end].EndsWith(';'))
                end++;
            if (lines[end] == indent + "{")
            {
                string close = indent + "}";
                while (end < lines.Length - 1 && !lines[end].StartsWith(close, StringComparison.Ordinal))
                    end++;
            }

            yield return (signature.Groups[2].Value, end - i + 1);
            i = end;
        }
    }

    private static string Project(string path) => string.Join('/', path.Split('/').Take(2));

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');

    [GeneratedRegex(@"^( +)(?:public|private|internal|protected|static|override|async|sealed)\b[^;={(]*?(\w+)(?:<[^>]*>)?\(")]
    private static partial Regex Signature();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum|delegate|const)\b")]
    private static partial Regex TypeWord();

    // A parameter that may choose behaviour: a tuple, a field and a record's property are none.
    [GeneratedRegex(@"^ +(?:public|internal|private|protected)\b(?!.*\b(?:record|class|readonly)\b)[^=;]*\w\((?:.*[ ,])?bool \w+[,)]")]
    private static partial Regex Flag();

    [GeneratedRegex(@"^ *(?:internal|file) (?:static |sealed |abstract |readonly |partial |unsafe )*(?:class|record struct|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex InternalType();

    // A name spelled out where OperationNames has it: a misspelled one matches nothing, and nobody hears.
    [GeneratedRegex(
        @"\b(?:[Oo]peration|[Aa]ction)(?:\)? (?:is|==|!=|=)|:)(?: not)? \(?"
        + @"""(?:start|stop|monitor|promote|demote|notify|migrate_to|migrate_from"
        + @"|reload|reload-agent|meta-data|metadata|validate-all)""")]
    private static partial Regex OperationWord();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
