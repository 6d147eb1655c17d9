using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Mutants;

/// <summary>Typing errors, quotes, patterns, signals, and files that are forgotten.</summary>
internal static partial class WordMistakes
{
    private static readonly ImmutableHashSet<string> s_shellWords =
    [
        "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "local",
        "return", "exit", "function", "break", "continue", "select", "time",
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<MutationOperator> All { get; } =
    [
        new("command-misspelled", "a command of start or stop has a typing error", (line, _) =>
            IsIn(line, FunctionRole.Start, FunctionRole.Stop)
                && FirstWord().Match(line.Text) is { Success: true } word
                && !s_shellWords.Contains(word.Value)
                ? Misspelled(line.Text, word) : null),
        new("variable-misspelled", "a variable has a typing error", (line, _) =>
            IsIn(line, FunctionRole.Start, FunctionRole.Stop, FunctionRole.Monitor)
                && Variable().Match(line.Text) is { Success: true } name
                ? Misspelled(line.Text, name) : null),
        new("stop-label-misspelled", "the action's name has a typing error where it is looked up",
            (line, _) => Label().Replace(line.Text, "${before}stpo${after}")),
        new("quote-dropped", "one quote of a pair is missing", (line, _) =>
            IsIn(line) && line.Text.Count(c => c == '"') == 2
                ? line.Text.Remove(line.Text.LastIndexOf('"'), 1) : null),
        new("quotes-dropped", "a variable has no quotes round it",
            (line, _) => IsIn(line) ? Quoted().Replace(line.Text, "${variable}", 1) : null),
        new("grep-loosened", "a pattern isn't anchored any more", (line, _) =>
            IsIn(line) ? Loosened(line.Text) : null),
        new("kill-harmless", "stop only asks whether it could send a signal", (line, _) =>
            IsIn(line, FunctionRole.Stop) ? Kill().Replace(line.Text, "kill -0 ", 1) : null),
        new("kill-everything", "stop kills whatever runs", (line, _) =>
            IsIn(line, FunctionRole.Stop) && Kill().IsMatch(line.Text)
                ? KillWhole().Replace(line.Text, "kill -9 -1 ", 1) : null),
        new("pid-file-forgotten", "the process's number isn't written down",
            (line, _) => IsIn(line) ? PidFile().Replace(line.Text, ">/dev/null", 1) : null),
        new("removal-forgotten", "stop doesn't remove what it should", (line, _) =>
            IsIn(line, FunctionRole.Stop) && Removal().IsMatch(line.Text) ? line.Indent + ":" : null),
        new("in-foreground", "start waits for what it should leave in the background", (line, _) =>
            IsIn(line, FunctionRole.Start) ? Background().Replace(line.Text, "", 1) : null),
    ];

    private static bool IsIn(ScriptLine line, params FunctionRole[] roles) =>
        line.IsReached && (roles.Length == 0 || Array.IndexOf(roles, line.Role) >= 0);

    // Two letters change places; the first two that differ, after the first letter.
    private static string Misspelled(string text, Match word)
    {
        char[] letters = word.Value.ToCharArray();
        for (int i = 1; i + 1 < letters.Length; i++)
        {
            if (letters[i] == letters[i + 1])
                continue;
            (letters[i], letters[i + 1]) = (letters[i + 1], letters[i]);
            break;
        }

        return text[..word.Index] + new string(letters) + text[(word.Index + word.Length)..];
    }

    private static string? Loosened(string text)
    {
        Match grep = Grep().Match(text);
        if (!grep.Success)
            return null;
        foreach (Regex anchor in new[] { Option(), Letter(), Begin(), End(), Blanks() })
        {
            Match found = anchor.Match(text, grep.Index);
            if (found.Success)
                return text[..found.Index] + found.Groups["kept"].Value
                    + text[(found.Index + found.Length)..];
        }

        return null;
    }

    [GeneratedRegex(@"(?<=^\s*)[a-z_][A-Za-z0-9_]{2,}(?=\s|$)")]
    private static partial Regex FirstWord();

    [GeneratedRegex(@"(?<=\$\{?)[A-Za-z_]\w{3,}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<before>\s*(?:\w+\|)?)stop(?<after>(?:\|\w+)?\))")]
    private static partial Regex Label();

    [GeneratedRegex(@"""(?<variable>\$\{?\w+\}?)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b[ef]?grep\b")]
    private static partial Regex Grep();

    [GeneratedRegex(@"\s-[xw](?=\s)")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<=\s-[a-zA-Z]+)[xw](?=[a-zA-Z]*\s)|(?<=\s-)[xw](?=[a-zA-Z]+\s)")]
    private static partial Regex Letter();

    [GeneratedRegex(@"(?<kept>[""'])\^")]
    private static partial Regex Begin();

    [GeneratedRegex(@"\\?\$(?<kept>[""'])")]
    private static partial Regex End();

    [GeneratedRegex(@"(?<kept>"") (?=\$)")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\bkill\s+(?:-s\s+\w+\s+|-\w+\s+)?(?=[""$])")]
    private static partial Regex Kill();

    [GeneratedRegex(@"\bkill\s+[^;|&>]*")]
    private static partial Regex KillWhole();

    [GeneratedRegex(@">\s*""?[^\s""|;&>]*[pP][iI][dD][^\s""|;&]*""?")]
    private static partial Regex PidFile();

    [GeneratedRegex(@"^\s*(?:ocf_run\s+)?rm(?:dir)?\s")]
    private static partial Regex Removal();

    [GeneratedRegex(@"\s&\s*$")]
    private static partial Regex Background();
}
