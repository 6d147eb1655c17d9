namespace Truce.Cli.Printing;

/// <summary>Text that breaks between words where the terminal ends.</summary>
internal static class Wrapped
{
    private const int WidthMin = 20;

    /// <summary>Writes it; what follows a break is indented.</summary>
    public static void Write(TextWriter output, string text, int columns, int indent)
    {
        int width = Math.Max(columns, indent + WidthMin);
        string margin = new(' ', indent);
        foreach ((string line, int place) in Lines(text, width, width - indent).Select((l, i) => (l, i)))
            output.WriteLine(place == 0 ? line : margin + line);
    }

    /// <summary>The lines of a text, the first of one width, the others of another. A word that is longer
    /// than a line stays whole: it may have to be copied.</summary>
    public static IEnumerable<string> Lines(string text, int first, int others)
    {
        int width = first, begin = 0;
        while (text.Length - begin > width)
        {
            int space = text.LastIndexOf(' ', begin + width, width + 1);
            // The indent at its beginning is no place to break.
            if (space <= begin || string.IsNullOrWhiteSpace(text[begin..space]))
                space = text.IndexOf(' ', begin + width);
            if (space < 0)
                break;
            yield return text[begin..space].TrimEnd();
            begin = space + 1;
            width = others;
        }

        yield return text[begin..];
    }
}
