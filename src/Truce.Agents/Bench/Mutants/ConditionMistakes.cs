using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Mutants;

/// <summary>Checks that were removed or turned round, and loops that wait for nothing or for ever. Only where
/// that changes which way the shell went: a check that always passed can be removed unseen.</summary>
internal static partial class ConditionMistakes
{
    private static readonly (string From, string To)[] s_tests =
    [
        (" -eq ", " -ne "), (" -ne ", " -eq "), (" -lt ", " -ge "), (" -ge ", " -lt "), (" -gt ", " -le "),
        (" -le ", " -gt "), (" != ", " = "), (" = ", " != "), (" -z ", " -n "), (" -n ", " -z "),
        (" -f ", " -d "), (" -d ", " -f "), (" -e ", " -d "),
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<MutationOperator> All { get; } =
    [
        new("guard-removed", "a check that returns early is gone", (line, _) =>
            line.Ran("return", "exit") && Guard().IsMatch(line.Text) ? line.Indent + ":" : null),
        new("condition-always", "a branch is taken whatever the condition",
            (line, _) => line.Next.Length < Asked(line) ? Replaced(line, "true") : null),
        new("condition-never", "a branch is never taken",
            (line, _) => line.Next.Length > 0 ? Replaced(line, "false") : null),
        new("condition-negated", "a condition is turned round", (line, _) =>
            Condition(line) is not { } condition ? null
                : Replaced(line, condition.StartsWith("! ", StringComparison.Ordinal)
                    ? condition[2..] : "! " + condition)),
        new("test-swapped", "a test asks for the opposite", (line, _) => Swapped(line)),
        new("and-or-swapped", "&& stands for ||, or || for &&", (line, _) =>
            line.IsReached ? Junction().Replace(
                line.Text, m => m.Value == " && " ? " || " : " && ", 1) : null),
        new("wait-forgotten", "stop doesn't wait for the end", (line, _) =>
            IsWait(line) ? Loop().Replace(line.Text, "${indent}while false${rest}") : null),
        new("wait-endless", "stop waits for ever", (line, _) =>
            IsWait(line) ? Loop().Replace(line.Text, "${indent}while true${rest}") : null),
    ];

    private static bool IsWait(ScriptLine line) =>
        line is { IsReached: true, Role: FunctionRole.Stop } && Loop().IsMatch(line.Text);

    // How often the condition was asked: its first command tells it best.
    private static int Asked(ScriptLine line) => line.Commands.IsEmpty ? 0
        : line.Commands.Count(c => c.Split(' ')[0] == line.Commands[0].Split(' ')[0]);

    private static string? Condition(ScriptLine line)
    {
        Match match = If().Match(line.Text);
        string condition = match.Groups["condition"].Value;
        return match.Success && line.IsReached && IsWhole(condition) ? condition : null;
    }

    private static string? Replaced(ScriptLine line, string condition) => Condition(line) is null ? null
        : If().Replace(line.Text, m => m.Groups["word"].Value + condition + m.Groups["rest"].Value);

    // One that goes on in the next line would be cut in half.
    private static bool IsWhole(string text) => !text.Contains(';') && !text.EndsWith('\\')
        && !text.EndsWith("&&", StringComparison.Ordinal) && !text.EndsWith("||", StringComparison.Ordinal)
        && text.Count(c => c == '"') % 2 == 0 && text.Count(c => c == '\'') % 2 == 0
        && text.Count(c => c == '`') % 2 == 0 && text.Count(c => c == '(') == text.Count(c => c == ')');

    private static string? Swapped(ScriptLine line)
    {
        Match test = Test().Match(line.Text);
        if (!line.IsReached || !test.Success)
            return null;
        foreach ((string from, string to) in s_tests)
        {
            int at = line.Text.IndexOf(from, test.Index, test.Length, StringComparison.Ordinal);
            if (at >= 0)
                return line.Text[..at] + to + line.Text[(at + from.Length)..];
        }

        return null;
    }

    [GeneratedRegex(@"(?:\|\||&&)\s*(?:return|exit)\b[^|&]*$")]
    private static partial Regex Guard();

    [GeneratedRegex(@"^(?<word>\s*(?:if|elif)\s+)(?<condition>.+?)(?<rest>\s*;\s*then\s*)?$")]
    private static partial Regex If();

    [GeneratedRegex(@"^(?<indent>\s*)(?:while|until)\s+(?!read\b|:|true\b)[^;]+(?<rest>;\s*do\s*)?$")]
    private static partial Regex Loop();

    [GeneratedRegex(@"\[\s[^\]]*\s\]")]
    private static partial Regex Test();

    [GeneratedRegex(@" (?:&&|\|\|) ")]
    private static partial Regex Junction();
}
