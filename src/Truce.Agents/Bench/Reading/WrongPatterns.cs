using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Reading;

/// <summary>A line that goes wrong sooner or later.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">The line.</param>
/// <param name="Why">What happens.</param>
internal sealed record WrongPattern(int Line, string Text, string Why);

/// <summary>Patterns in shell scripts that are known to make stops fail. Reading can't tell whether a line is
/// ever run, so these are hints.</summary>
internal static partial class WrongPatterns
{
    private static readonly (Regex Pattern, string Why)[] s_rules =
    [
        (Df(), "df asks every mounted file system, and hangs with one that hangs; read /proc/mounts instead"),
        (PipedPs(), "ps | grep finds itself and everything that is named alike; use a pid file or pgrep -x"),
        (Lsof(), "lsof asks every file system; give it -b or ask one process by its number"),
        (MountsGrep(),
            "a mount point that is only the beginning of another one matches too; put blanks around it"),
    ];

    /// <summary>All lines with such a pattern, comments left out.</summary>
    public static IEnumerable<WrongPattern> Find(string script)
    {
        string[] lines = script.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith('#'))
                continue;
            foreach ((Regex pattern, string why) in s_rules)
            {
                if (pattern.IsMatch(line))
                    yield return new WrongPattern(i + 1, line, why);
            }
        }
    }

    [GeneratedRegex(@"(?:^|[;&|(`!]|\b(?:if|then|while)\b)\s*df\b(?!=)", RegexOptions.None, 2000)]
    private static partial Regex Df();

    [GeneratedRegex(@"\bps\b[^|]*\|\s*(?:e|f)?grep\b(?!\s+-\w*x)", RegexOptions.None, 2000)]
    private static partial Regex PipedPs();

    [GeneratedRegex(@"(?:^|[;&|(`])\s*lsof\b(?!.*\s-(?:b|\w*p)\b)", RegexOptions.None, 2000)]
    private static partial Regex Lsof();

    [GeneratedRegex(
        @"(?:\bmount\b\s*\||/proc/mounts).*grep\s+(?:-\w+\s+)*""?\$\{?\w+\}?""?(?:\s|$)"
        + @"|grep\s+(?:-\w+\s+)*""?\$\{?\w+\}?""?\s+/(?:proc/mounts|etc/mtab)", RegexOptions.None, 2000)]
    private static partial Regex MountsGrep();
}
