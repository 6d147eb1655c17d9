using System.Globalization;

namespace Truce.Analysis.Rendering;

/// <summary>Text within an XML attribute.</summary>
internal static class XmlText
{
    /// <summary>Writes <paramref name="value"/> so that a reader gives it back unchanged.</summary>
    public static void WriteEscaped(TextWriter output, string value)
    {
        if (!NeedsEscape(value))
        {
            output.Write(value);
            return;
        }

        foreach (char c in value)
            WriteEscaped(output, c);
    }

    // A plain loop on purpose: the values are short, and a search by vectors isn't compiled ahead of time.
    private static bool NeedsEscape(string value)
    {
        foreach (char c in value)
        {
            if (c is '<' or '>' or '&' or '"' or '\t' or '\n' or '\r')
                return true;
        }

        return false;
    }

    private static void WriteEscaped(TextWriter output, char c)
    {
        switch (c)
        {
            case '<':
                output.Write("&lt;");
                break;
            case '>':
                output.Write("&gt;");
                break;
            case '&':
                output.Write("&amp;");
                break;
            case '"':
                output.Write("&quot;");
                break;
            case '\t' or '\n' or '\r':
                output.Write(string.Create(CultureInfo.InvariantCulture, $"&#{(int)c};"));
                break;
            default:
                output.Write(c);
                break;
        }
    }
}
