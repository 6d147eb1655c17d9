using System.Text;
using System.Text.Unicode;

namespace Truce.Model.Xml;

/// <summary>
/// An XML document's bytes as text, by its own declaration (XML 1.0, appendix F): a byte order mark, else
/// what the declaration says, else UTF-8. Bytes that aren't valid there are refused, never replaced: a
/// password with a replacement character in it is another password.
/// </summary>
public abstract record XmlText
{
    private const int DeclarationMax = 256;

    private XmlText() { }

    /// <summary>Its text, without a byte order mark.</summary>
    public sealed record Decoded(string Text) : XmlText;

    /// <summary>It has none.</summary>
    /// <param name="Line">Of the first bad byte; 1 for the first.</param>
    /// <param name="Column">Of it, in bytes; 1 for the first.</param>
    /// <param name="Message">What is wrong.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Undecodable(int Line, int Column, string Message, string Remedy) : XmlText;

    /// <summary>Decodes a whole document.</summary>
    public static XmlText Decode(ReadOnlySpan<byte> bytes)
    {
        (Encoding? encoding, int mark, string name) = Find(bytes);
        if (encoding is null)
            return new Undecodable(1, 1, $"the encoding {name} isn't supported", "write the document as UTF-8");
        try
        {
            return new Decoded(encoding.GetString(bytes[mark..]));
        }
        catch (DecoderFallbackException e)
        {
            return Bad(bytes, Math.Clamp(mark + e.Index, 0, bytes.Length), name);
        }
    }

    /// <summary>A whole document in UTF-8: its own bytes where they are that
    /// already, which costs no memory.</summary>
    public static (ReadOnlyMemory<byte> Bytes, Undecodable? Bad) InUtf8(ReadOnlyMemory<byte> document)
    {
        (Encoding? encoding, int mark, _) = Find(document.Span);
        if (encoding is UTF8Encoding && Utf8.IsValid(document.Span[mark..]))
            return (document[mark..], null);
        return Decode(document.Span) switch
        {
            Decoded(var text) => (Encoding.UTF8.GetBytes(text), null),
            Undecodable bad => (default, bad),
        };
    }

    private static Undecodable Bad(ReadOnlySpan<byte> bytes, int at, string name)
    {
        ReadOnlySpan<byte> before = bytes[..at];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        string value = at < bytes.Length ? $"byte {bytes[at]:X2}" : "its end";
        return new Undecodable(
            before.Count((byte)'\n') + 1, at - lineStart + 1, $"{value} is not valid {name}",
            "save the file in the encoding that its first line declares; without a declaration that is UTF-8");
    }

    private static (Encoding? Encoding, int Mark, string Name) Find(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Strict("utf-8"), 3, "UTF-8"),
        [0xFF, 0xFE, ..] => (Strict("utf-16"), 2, "UTF-16"),
        [0xFE, 0xFF, ..] => (Strict("utf-16BE"), 2, "UTF-16"),
        [(byte)'<', 0, ..] => (Strict("utf-16"), 0, "UTF-16"),
        [0, (byte)'<', ..] => (Strict("utf-16BE"), 0, "UTF-16"),
        _ => Declared(bytes),
    };

    private static (Encoding? Encoding, int Mark, string Name) Declared(ReadOnlySpan<byte> bytes)
    {
        string name = Declaration(bytes) ?? "UTF-8";
        // Such bytes would have been noticed above: the declaration is wrong.
        bool isWide = name.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) || name.StartsWith("utf-32", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ucs", StringComparison.OrdinalIgnoreCase);
        return (isWide ? null : Strict(name), 0, name);
    }

    private static string? Declaration(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("<?xml"u8))
            return null;
        string head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, DeclarationMax)]);
        int end = head.IndexOf("?>", StringComparison.Ordinal);
        int at = head.IndexOf("encoding", StringComparison.Ordinal);
        if (at < 0 || end < at)
            return null;
        int open = head.AsSpan(at).IndexOfAny('"', '\'') + at;
        int close = open < at ? -1 : head.IndexOf(head[open], open + 1);
        return close < 0 || close > end ? null : head[(open + 1)..close];
    }

    private static Encoding? Strict(string name)
    {
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
