using System.Globalization;
using System.Text;

namespace Truce.Package;

/// <summary>A manual page under construction, in the language of man(7). Everything in it is ASCII: other
/// characters are written as escapes, so that no locale changes what is read.</summary>
internal sealed class Roff
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a page.</summary>
    public Roff(string name, int section, string version)
    {
        Line($".TH \"{Escape(name.ToUpperInvariant())}\" {section} \"\" \"Truce {version}\" \"Truce\"");
        // Neither hyphenated nor spread out: what is typed must be readable as it is typed.
        Line(".nh");
        Line(".ad l");
    }

    /// <summary>A title.</summary>
    public Roff Section(string title) => Line($".SH \"{Escape(title.ToUpperInvariant())}\"");

    /// <summary>A paragraph of text that is escaped already.</summary>
    public Roff Paragraph(string text) => Line(".PP").Text(text);

    /// <summary>A tag, and what it means below it.</summary>
    public Roff Tagged(string tag, string text) => Line(".TP").Text(tag).Text(text);

    /// <summary>Lines as they are typed.</summary>
    public Roff Verbatim(IEnumerable<string> lines)
    {
        Line(".PP").Line(".RS 4").Line(".nf");
        foreach (string line in lines)
            Text(Escape(line));
        return Line(".fi").Line(".RE");
    }

    /// <summary>A line of text; a control character at its begin would be a request, and nothing at all a
    /// paragraph.</summary>
    public Roff Text(string text) => Line(text is "" or ['.' or '\'', ..] ? "\\&" + text : text);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Text in bold, escaped.</summary>
    public static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    /// <summary>Text as roff reads it. A hyphen is written as a minus, which can be copied into a
    /// shell.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (Rune rune in text.EnumerateRunes())
            escaped.Append(Escape(rune));
        return escaped.ToString();
    }

    private static string Escape(Rune rune) => rune.Value switch
    {
        '\\' => "\\(rs",
        '-' => "\\-",
        '\'' => "\\(aq",
        '"' => "\\(dq",
        '`' => "\\(ga",
        '^' => "\\(ha",
        '~' => "\\(ti",
        '…' => "...",
        '–' => "\\(en",
        < 0x80 => rune.ToString(),
        var other => $"\\[u{other.ToString("X4", CultureInfo.InvariantCulture)}]",
    };

    private Roff Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }
}
