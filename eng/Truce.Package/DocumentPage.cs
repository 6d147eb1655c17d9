using System.Text.RegularExpressions;

namespace Truce.Package;

/// <summary>A part of a page of documentation.</summary>
/// <param name="Title">Its title; what stands before the first is called Description.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record DocumentSection(string Title, IReadOnlyList<string> Lines);

/// <summary>
/// A page of docs/reference as a manual page has it: titles, paragraphs, lists, tables (a row is a tag with
/// text below it) and blocks of what is typed. Links become their text.
/// </summary>
/// <param name="Sections">Its parts, in order.</param>
internal sealed partial record DocumentPage(IReadOnlyList<DocumentSection> Sections)
{
    /// <summary>Reads a page of docs/reference.</summary>
    public static DocumentPage Read(string file) =>
        Parse(File.ReadAllLines(Repository.At("docs", "reference", file)));

    /// <summary>Takes a page apart.</summary>
    public static DocumentPage Parse(IEnumerable<string> lines)
    {
        List<(string Title, List<string> Lines)> sections = [("Description", [])];
        foreach (string line in lines)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                sections.Add((line[3..].Trim(), []));
            else if (!line.StartsWith("# ", StringComparison.Ordinal))
                sections[^1].Lines.Add(line.TrimEnd());
        }

        return new DocumentPage([.. sections.Select(s => new DocumentSection(s.Title, s.Lines))]);
    }

    /// <summary>Writes all of it.</summary>
    public void Write(Roff page)
    {
        foreach (DocumentSection section in Sections)
            Write(page, section);
    }

    /// <summary>Writes one part.</summary>
    /// <exception cref="InvalidOperationException">There is no such part.</exception>
    public void Write(Roff page, string title) =>
        Write(page, Sections.FirstOrDefault(s => s.Title == title)
            ?? throw new InvalidOperationException($"the page has no part called {title}"));

    private static void Write(Roff page, DocumentSection section)
    {
        page.Section(section.Title);
        IReadOnlyList<string> lines = section.Lines;
        for (int at = 0; at < lines.Count;)
        {
            int end = at + 1;
            if (lines[at].StartsWith("```", StringComparison.Ordinal))
            {
                end = Until(lines, end, l => l.StartsWith("```", StringComparison.Ordinal));
                page.Verbatim(lines.Skip(at + 1).Take(end - at - 1));
                end++;
            }
            else if (lines[at].StartsWith('|'))
            {
                end = Until(lines, end, l => !l.StartsWith('|'));
                WriteTable(page, [.. lines.Skip(at).Take(end - at)]);
            }
            else if (lines[at].Length > 0)
            {
                end = Until(lines, end, IsBreak);
                WriteText(page, string.Join(' ', lines.Skip(at).Take(end - at).Select(l => l.Trim())));
            }

            at = end;
        }
    }

    private static bool IsBreak(string line) => line.Length == 0 || line[0] == '|' || Item().IsMatch(line)
        || line.StartsWith("```", StringComparison.Ordinal);

    private static int Until(IReadOnlyList<string> lines, int from, Func<string, bool> isEnd)
    {
        while (from < lines.Count && !isEnd(lines[from]))
            from++;
        return from;
    }

    private static void WriteText(Roff page, string text)
    {
        Match item = Item().Match(text);
        if (item.Success)
            page.Tagged(item.Groups[1].Value == "-" ? "\\(bu" : item.Groups[1].Value,
                Inline(item.Groups[2].Value));
        else
            page.Paragraph(Inline(text));
    }

    // The first cell is the tag. Of three, the middle one is what the head of its column says it is.
    private static void WriteTable(Roff page, string[] rows)
    {
        string[] head = Cells(rows[0]);
        foreach (string[] cells in rows.Skip(2).Select(Cells))
        {
            string text = Inline(cells[^1]);
            string between = string.Concat(
                cells[1..^1].Select((c, i) => c.Length == 0 ? ""
                    : $" ({head[i + 1].ToLowerInvariant()}: {Inline(c)})"));
            page.Tagged(Inline(cells[0]) + between, text);
        }
    }

    private static string[] Cells(string row) =>
        [.. row.Trim('|').Replace("\\|", "\0", StringComparison.Ordinal).Split('|')
            .Select(c => c.Replace('\0', '|').Trim())];

    /// <summary>Text with its marks: code and emphasis become bold, links their text.</summary>
    internal static string Inline(string text)
    {
        string linked = Link().Replace(text, "$1");
        return string.Concat(Marked().Split(linked).Select(part => part switch
        {
            ['`', .. var code, '`'] => Roff.Bold(code),
            ['*', '*', .. var strong, '*', '*'] =>
                Roff.Bold(strong.Replace("`", "", StringComparison.Ordinal)),
            _ => Roff.Escape(part),
        }));
    }

    [GeneratedRegex(@"^(-|\d+\.) (.*)$")]
    private static partial Regex Item();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)\s]+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(`[^`]+`|\*\*.+?\*\*)")]
    private static partial Regex Marked();
}
