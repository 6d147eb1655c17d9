using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Agents.Bench.Reading;

/// <summary>What a shell says about a script that it runs.</summary>
/// <param name="File">The script.</param>
/// <param name="Line">The line.</param>
/// <param name="Message">What is wrong there.</param>
internal sealed record Complaint(string File, int Line, string Message);

/// <summary>Finds a shell's complaints in what an action prints. A script goes on after most of them, as if
/// the line weren't there.</summary>
internal static partial class Complaints
{

    /// <summary>All complaints; dash and bash word them differently.</summary>
    public static IEnumerable<Complaint> Find(string errors)
    {
        foreach (string line in errors.Split('\n'))
        {
            Match match = Said().Match(line);
            if (match.Success)
                yield return new Complaint(match.Groups["file"].Value,
                    int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture),
                    match.Groups["what"].Value.Trim());
        }
    }

    [GeneratedRegex(
        @"^(?<file>/\S+): (?:line )?(?<line>\d+): (?<what>.*(?:not found|[Ss]yntax error|unexpected operator"
        + @"|integer expression expected|Illegal number|unbound variable|parameter not set|bad substitution"
        + @"|Bad substitution|too many arguments|unary operator expected|binary operator expected"
        + @"|ambiguous redirect|missing `?\]|missing \]|numeric argument required|not a valid identifier"
        + @"|bad variable name|can only `?(?:return|break)).*)$", RegexOptions.None, 2000)]
    private static partial Regex Said();
}
