using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Mutants;

/// <summary>What a function of an agent is for, by its name.</summary>
internal enum FunctionRole
{
    /// <summary>Something else, or no function at all.</summary>
    Other,

    /// <summary>It starts the resource.</summary>
    Start,

    /// <summary>It stops it.</summary>
    Stop,

    /// <summary>It says whether it runs.</summary>
    Monitor,

    /// <summary>It checks parameters.</summary>
    Validate,
}

/// <summary>A line of a script, and what is known of it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">The line.</param>
/// <param name="Role">Of the function that it stands in.</param>
/// <param name="IsEntry">Whether it is the first line of the body of a function that was called.</param>
/// <param name="Commands">What the shell ran there, in order; empty: it was never reached.</param>
/// <param name="Next">What the shell ran at the first line of the branch or loop that this line
/// begins.</param>
internal sealed record ScriptLine(
    int Number, string Text, FunctionRole Role, bool IsEntry, ImmutableArray<string> Commands,
    ImmutableArray<string> Next)
{
    /// <summary>Whether it was reached.</summary>
    public bool IsReached => Commands.Length > 0;

    /// <summary>The blanks that it begins with.</summary>
    public string Indent => Text[..^Text.TrimStart().Length];

    /// <summary>Whether a command that begins so was run there.</summary>
    public bool Ran(params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (Commands.Any(c => c.StartsWith(word, StringComparison.Ordinal)))
                return true;
        }

        return false;
    }
}

/// <summary>An agent's text, split into lines with what a run showed of each. Functions are recognized as
/// they are mostly written: the brace that ends one stands below its name.</summary>
internal sealed partial class ShellScript
{
    private ShellScript(ImmutableArray<ScriptLine> lines, string? validate) =>
        (Lines, ValidateFunction) = (lines, validate);

    /// <summary>All lines.</summary>
    public ImmutableArray<ScriptLine> Lines { get; }

    /// <summary>The function that checks parameters; null: there is none by that name.</summary>
    public string? ValidateFunction { get; }

    /// <summary>Reads it.</summary>
    /// <param name="text">The script.</param>
    /// <param name="run">The commands that the shell ran, in order, by line.</param>
    public static ShellScript Read(string text, ILookup<int, string> run)
    {
        string[] texts = text.Split('\n');
        List<(string Name, int Begin, int End)> functions = [.. Functions(texts)];
        ImmutableArray<ScriptLine>.Builder lines = ImmutableArray.CreateBuilder<ScriptLine>(texts.Length);
        for (int i = 0; i < texts.Length; i++)
        {
            (string name, int begin, int end) = functions.FirstOrDefault(f => f.Begin <= i && i < f.End);
            bool isEntry = name is not null && begin == i
                && Enumerable.Range(begin, end - begin).Any(n => run.Contains(n + 1));
            lines.Add(new ScriptLine(i + 1, texts[i], name is null ? FunctionRole.Other : RoleOf(name),
                isEntry, [.. run[i + 1]], [.. run[Branch(texts, i) + 1]]));
        }

        return new ShellScript(lines.ToImmutable(),
            functions.FirstOrDefault(f => RoleOf(f.Name) == FunctionRole.Validate).Name);
    }

    /// <summary>The whole text with one line replaced.</summary>
    public string With(ScriptLine line, string instead) =>
        string.Join('\n', Lines.Select(l => l.Number == line.Number ? instead : l.Text));

    /// <summary>What a function is for.</summary>
    internal static FunctionRole RoleOf(string function)
    {
        string name = function.ToLowerInvariant();
        bool Has(params ReadOnlySpan<string> words)
        {
            foreach (string word in words)
            {
                if (name.Contains(word, StringComparison.Ordinal))
                    return true;
            }

            return false;
        }

        return Has("validate") ? FunctionRole.Validate
            : Has("stop") ? FunctionRole.Stop
            : Has("monitor", "status", "running", "mounted") ? FunctionRole.Monitor
            : Has("start") ? FunctionRole.Start
            : FunctionRole.Other;
    }

    // The first line of each body, and the line of the brace that ends it, from 0.
    private static IEnumerable<(string Name, int Begin, int End)> Functions(string[] texts)
    {
        for (int i = 0; i < texts.Length; i++)
        {
            Match head = Head().Match(texts[i]);
            bool isNext = i + 1 < texts.Length && texts[i + 1].Trim() == "{";
            if (!head.Success || !(head.Groups["brace"].Success || isNext))
                continue;
            int begin = head.Groups["brace"].Success ? i + 1 : i + 2;
            int end = Array.FindIndex(texts, Math.Min(begin, texts.Length - 1),
                t => t.TrimEnd() == head.Groups["indent"].Value + "}");
            if (end > begin)
                yield return (head.Groups["name"].Value, begin, end);
        }
    }

    // The line after then or do, comments left out.
    private static int Branch(string[] texts, int line)
    {
        int at = line;
        while (at < texts.Length && at <= line + 1 && !Opens().IsMatch(texts[at]))
            at++;
        for (at++; at < texts.Length; at++)
        {
            string text = texts[at].Trim();
            if (text.Length > 0 && !text.StartsWith('#'))
                return at;
        }

        return texts.Length;
    }

    [GeneratedRegex(@"^(?<indent>\s*)(?:function\s+)?(?<name>[A-Za-z_][\w.:-]*)\s*\(\)\s*(?<brace>\{)?\s*$")]
    private static partial Regex Head();

    [GeneratedRegex(@"(?:^|;|\s)(?:then|do|else)\s*(?:#.*)?$")]
    private static partial Regex Opens();
}
