using System.Text.RegularExpressions;
using Spectre.Console;

namespace Truce.Cli.Status;

/// <summary>Colours for a status on a terminal; where NO_COLOR is set or the terminal has none, there are
/// none.</summary>
internal static partial class StatusColours
{
    private static readonly Style s_bad = new(Color.Red, decoration: Decoration.Bold);
    private static readonly Style s_waits = new(Color.Yellow);
    private static readonly Style s_well = new(Color.Green);

    /// <summary>The text, with the words that matter in colour.</summary>
    public static Paragraph Of(string text)
    {
        Paragraph coloured = new();
        int at = 0;
        foreach (Match word in Words().Matches(text))
        {
            coloured.Append(text[at..word.Index]);
            coloured.Append(word.Value, Style(word));
            at = word.Index + word.Length;
        }

        return coloured.Append(text[at..]);
    }

    private static Style Style(Match word) =>
        word.Groups["bad"].Success ? s_bad : word.Groups["well"].Success ? s_well : s_waits;

    [GeneratedRegex(
        @"(?<bad>\bNOT QUORATE\b|\b(FAILED|DOWN|unclean|controller-down|quarantined)\b|^Held back$)"
        + @"|(?<well>\bsettled\b)"
        + @"|(?<waits>^Transition .*$|^In progress$|^Fencing$"
        + @"|\b(transition|planning|waiting|pending|held|standby|maintenance|offline|shutdown)\b)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();
}
