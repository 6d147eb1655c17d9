using System.Globalization;
using System.Text;

namespace Truce.Model.Xml;

/// <summary>
/// Writes elements: two spaces a level, one element a line, XML attributes in the order of the calls, absent
/// ones left out. The same calls always give the same characters.
/// </summary>
internal sealed class XmlOutput(StringBuilder text)
{
    private const char Replacement = '\uFFFD';
    private readonly Stack<string> _open = new();
    private bool _tagIsOpen;

    public XmlOutput Open(string element)
    {
        CloseTag();
        text.Append(' ', 2 * _open.Count).Append('<').Append(element);
        _open.Push(element);
        _tagIsOpen = true;
        return this;
    }

    public XmlOutput Attribute(string name, string? value)
    {
        if (value is null)
            return this;
        text.Append(' ').Append(name).Append("=\"");
        AppendEscaped(value);
        text.Append('"');
        return this;
    }

    public XmlOutput Attribute(string name, bool? value) =>
        value is { } known ? Attribute(name, CibBoolean.Text(known)) : this;

    public XmlOutput Attribute(string name, long? value) =>
        value is { } known ? Attribute(name, known.ToString(CultureInfo.InvariantCulture)) : this;

    public XmlOutput Attribute(string name, Score? value) => Attribute(name, value?.ToString());

    public XmlOutput Attribute(string name, Interval? value) => Attribute(name, value?.Text);

    public XmlOutput Attribute<T>(string name, Words<T> words, T? value) where T : struct, Enum =>
        value is { } known ? Attribute(name, words.Text(known)) : this;

    public XmlOutput Text(string? value)
    {
        if (value is null)
            return this;
        CloseTag(inline: true);
        AppendEscaped(value);
        return this;
    }

    public XmlOutput Close()
    {
        string element = _open.Pop();
        if (_tagIsOpen)
            text.Append("/>\n");
        else
            text.Append(' ', text[^1] == '\n' ? 2 * _open.Count
                : 0).Append("</").Append(element).Append(">\n");
        _tagIsOpen = false;
        return this;
    }

    private void CloseTag(bool inline = false)
    {
        if (_tagIsOpen)
            text.Append(inline ? ">" : ">\n");
        _tagIsOpen = false;
    }

    private void AppendEscaped(string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c is >= ' ' and < '\uD800' and not ('<' or '>' or '&' or '"'))
                text.Append(c);
            else if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                text.Append(c).Append(value[++i]);
            else
                AppendSpecial(c);
        }
    }

    // Line ends and tabs are written as references, since a reader turns bare ones into spaces.
    private void AppendSpecial(char c) => text.Append(c switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        '\t' => "&#9;",
        '\n' => "&#10;",
        '\r' => "&#13;",
        >= '\uE000' and <= '\uFFFD' => c.ToString(),
        _ => Replacement.ToString(),
    });
}
