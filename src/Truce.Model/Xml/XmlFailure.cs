using System.Xml;

namespace Truce.Model.Xml;

/// <summary>Turns what the XML parser says into a finding.</summary>
internal static class XmlFailure
{
    /// <summary>
    /// Reports at the place in the exception; for a DTD, which has none there,
    /// at that in the document's beginning.
    /// </summary>
    public static void Report(XmlException e, Func<string> beginning, CibLimits limits, FindingLog log)
    {
        Place place = new(Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition), "document");
        string text = e.Message;
        if (Says(text, "DTD"))
            log.Error(FindingIds.DocumentType, PlaceOfDocumentType(beginning(), place),
                "a document type declaration (DTD)", "remove the DOCTYPE, a CIB has none");
        else if (Says(text, "MaxCharactersInDocument"))
            log.Error(FindingIds.Oversized, place, $"more than {limits.MaxCharacters} characters",
                "supply a smaller document");
        else if (Says(text, "entity"))
            log.Error(FindingIds.Entity, place, "an entity that XML itself doesn't define",
                "write the character itself, or &lt; &gt; &amp; &quot; &apos;");
        else if (Says(text, "Unexpected end") || Says(text, "unclosed")
            || Says(text, "Root element is missing") || Says(text, "following elements are not closed"))
            log.Error(FindingIds.Truncated, place, "the document ends too early",
                "get the whole document again, part of it is missing");
        else
            log.Error(FindingIds.Malformed, place, "not well-formed XML: " + WithoutPosition(text),
                "correct the XML at this position");
    }

    private static Place PlaceOfDocumentType(string beginning, Place otherwise)
    {
        int at = beginning.IndexOf("<!DOCTYPE", StringComparison.Ordinal);
        if (at < 0)
            return otherwise;
        int line = beginning.AsSpan(0, at).Count('\n') + 1;
        return otherwise with { Line = line, Column = at - beginning.LastIndexOf('\n', at) };
    }

    private static bool Says(string text, string what) =>
        text.Contains(what, StringComparison.OrdinalIgnoreCase);

    // The position is in the finding already.
    private static string WithoutPosition(string text)
    {
        int position = text.LastIndexOf(" Line ", StringComparison.Ordinal);
        return (position < 0 ? text : text[..position]).TrimEnd('.', ' ');
    }
}
