using System.Buffers;
using System.Globalization;

namespace Truce.Analysis.Rendering;

/// <summary>Text within an XML attribute.</summary>
internal static class XmlText
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("<>&\"\t\n\r");

    /// <summary>Writes <paramref name="value"/> so that a reader gives it back unchanged.</summary>
    public static void WriteEscaped(TextWriter output, string value)
    {
        if (value.AsSpan().IndexOfAny(s_special) < 0)
        {
            output.Write(value);
            return;
        }

        foreach (char c in value)
            WriteEscaped(output, c);
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
