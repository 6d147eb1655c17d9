using System.Collections.Immutable;

namespace Truce.Model.Corosync;

/// <summary>What came of reading a corosync.conf.</summary>
public abstract record CorosyncReadResult
{
    private CorosyncReadResult() { }

    /// <summary>It reads.</summary>
    public sealed record Accepted(CorosyncSection Root) : CorosyncReadResult;

    /// <summary>It doesn't: Corosync wouldn't start with it either.</summary>
    public sealed record Refused(ImmutableArray<Finding> Findings) : CorosyncReadResult;
}

/// <summary>
/// Reads corosync.conf: sections in braces, <c>key: value</c> lines, comments from <c>#</c> at a line's
/// beginning (corosync.conf(5)). What is too large, too deep or not of that form is refused with its line.
/// </summary>
public static class CorosyncReader
{
    /// <summary>No configuration that Corosync takes is longer.</summary>
    public const int CharactersMax = 1024 * 1024;

    private const int LinesMax = 20_000;
    private const int DepthMax = 8;
    private const string Id = "corosync-syntax";

    /// <summary>Reads a text; <paramref name="file"/> is what findings call it.</summary>
    public static CorosyncReadResult Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > CharactersMax)
            return Refused(file, 0, "file", $"longer than {CharactersMax} characters", "name a corosync.conf");
        string[] lines = text.Split('\n');
        return lines.Length > LinesMax
            ? Refused(file, LinesMax, "file", $"more than {LinesMax} lines", "name a corosync.conf")
            : Read(lines, file);
    }

    private static CorosyncReadResult Read(string[] lines, string file)
    {
        Stack<Open> open = new([new Open("", 0)]);
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].Trim();
            if (line.Length > 0 && line[0] != '#' && Take(line, number, open) is var (wrong, remedy))
                return Refused(file, number, open.Peek().Name, wrong, remedy);
        }

        return open.Count > 1
            ? Refused(file, open.Peek().Line, open.Peek().Name, "the section is never closed", "write } where it ends")
            : new CorosyncReadResult.Accepted(open.Pop().Close());
    }

    // What is wrong with the line, and what to do; null: it was taken.
    private static (string Wrong, string Remedy)? Take(string line, int number, Stack<Open> open)
    {
        if (line == "}")
            return End(open);
        if (line[^1] == '{')
            return Begin(line[..^1].Trim(), number, open);
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return ("neither a section nor a value", "write it as key: value");
        open.Peek().Values.Add(new CorosyncValue(line[..colon].TrimEnd(), line[(colon + 1)..].Trim(), number));
        return null;
    }

    private static (string Wrong, string Remedy)? Begin(string name, int number, Stack<Open> open)
    {
        if (name.Length == 0)
            return ("a section without a name", "write its name before {");
        if (open.Count > DepthMax)
            return ($"sections in more than {DepthMax} sections", "close those that end here");
        open.Push(new Open(name, number));
        return null;
    }

    private static (string Wrong, string Remedy)? End(Stack<Open> open)
    {
        if (open.Count == 1)
            return ("} without a section", "remove it");
        CorosyncSection closed = open.Pop().Close();
        open.Peek().Sections.Add(closed);
        return null;
    }

    private static CorosyncReadResult.Refused Refused(string file, int line, string element, string wrong, string remedy) =>
        new([new Finding(Id, Severity.Error, file, line, line > 0 ? 1 : 0, element.Length == 0 ? "file" : element, wrong, remedy)]);

    private sealed class Open(string name, int line)
    {
        public string Name => name;

        public int Line => line;

        public ImmutableArray<CorosyncValue>.Builder Values { get; } = ImmutableArray.CreateBuilder<CorosyncValue>();

        public ImmutableArray<CorosyncSection>.Builder Sections { get; } = ImmutableArray.CreateBuilder<CorosyncSection>();

        public CorosyncSection Close() => new(name, line, Values.ToImmutable(), Sections.ToImmutable());
    }
}
