using System.Buffers;
using System.Globalization;
using System.Text;

namespace Truce.Cli.Ending;

/// <summary>
/// Text that a terminal only shows. Names, comments and agents' output come from others: an
/// escape sequence in them could clear the screen or forge a line, and a bidirectional
/// override makes one name look like another.
/// </summary>
public static class TerminalText
{
    private static readonly SearchValues<char> s_suspects = SearchValues.Create(Suspects());

    /// <summary>The text; characters that do more than show are spelled out, as <c>&lt;U+001B&gt;</c>.
    /// Line feeds and tabs stay.</summary>
    public static string Harmless(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny(s_suspects) < 0)
            return text.ToString();
        StringBuilder harmless = new(text.Length + 16);
        foreach (char c in text)
            _ = s_suspects.Contains(c) ? harmless.Append(CultureInfo.InvariantCulture, $"<U+{(int)c:X4}>") : harmless.Append(c);
        return harmless.ToString();
    }

    /// <summary>The same on one line, for a cell of a table or a sentence: line
    /// ends are spelled out, too.</summary>
    public static string OneLine(string text) =>
        text.AsSpan().IndexOfAny('\n', '\r') < 0
            ? text
            : text.TrimEnd('\n', '\r').Replace("\r", "<U+000D>", StringComparison.Ordinal).Replace("\n", "<U+000A>", StringComparison.Ordinal);

    // Controls of both sets, what reorders or hides (bidirectional marks, zero
    // widths), line and paragraph separators.
    private static char[] Suspects() =>
    [
        .. Enumerable.Range(0, 0x20).Where(c => c is not ('\n' or '\t')).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c),
        '\u061C', '\u200B', '\u200C', '\u200D', '\u200E', '\u200F', '\u2028', '\u2029',
        '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2060', '\u2066', '\u2067', '\u2068', '\u2069', '\uFEFF',
    ];
}
