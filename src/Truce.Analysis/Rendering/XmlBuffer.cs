using System.Buffers;
using System.Globalization;

namespace Truce.Analysis.Rendering;

/// <summary>
/// XML on its way to a writer. A graph has a million short pieces of text: they are
/// gathered here and handed on in large ones.
/// </summary>
internal sealed class XmlBuffer(TextWriter output)
{
    // Of one character, at most; "&#13;" and "&quot;" are the longest.
    private const int LongestEscape = 6;

    private static readonly SearchValues<char> s_special = SearchValues.Create("<>&\"\t\n\r");

    private readonly char[] _text = new char[32 * 1024];
    private int _length;

    /// <summary>Markup, as it is.</summary>
    public void Write(string markup)
    {
        if (markup.Length > _text.Length - _length)
        {
            Flush();
            if (markup.Length > _text.Length)
            {
                output.Write(markup);
                return;
            }
        }

        markup.CopyTo(0, _text, _length, markup.Length);
        _length += markup.Length;
    }

    /// <summary>An attribute, after a space; a reader gives
    /// <paramref name="value"/> back unchanged.</summary>
    public void Attribute(string name, string value)
    {
        Begin(name);
        if (value.AsSpan().ContainsAny(s_special))
            WriteEscaped(value);
        else
            Write(value);
        Write("\"");
    }

    private void WriteEscaped(string value)
    {
        foreach (char c in value)
        {
            if (_text.Length - _length < LongestEscape)
                Flush();
            if (c is '<' or '>' or '&' or '"' or '\t' or '\n' or '\r')
                Write(Escape(c));
            else
                _text[_length++] = c;
        }
    }

    /// <summary>An attribute that is a number, after a space.</summary>
    public void Attribute(string name, int value)
    {
        Begin(name);
        int written;
        while (!value.TryFormat(_text.AsSpan(_length), out written, provider: CultureInfo.InvariantCulture))
            Flush();
        _length += written;
        Write("\"");
    }

    /// <summary>Hands everything to the writer.</summary>
    public void Flush()
    {
        output.Write(_text, 0, _length);
        _length = 0;
    }

    private void Begin(string name)
    {
        Write(" ");
        Write(name);
        Write("=\"");
    }

    private static string Escape(char c) => c switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        _ => string.Create(CultureInfo.InvariantCulture, $"&#{(int)c};"),
    };
}
