using System.Xml;

namespace Truce.Model.Xml;

/// <summary>Turns what the XML parser says into a finding.</summary>
internal static class XmlFailure
{
    public static void Report(XmlException e, CibLimits limits, FindingLog log)
    {
        Place place = new(e.LineNumber, e.LinePosition, "document");
        string text = e.Message;
        if (Says(text, "DTD"))
            log.Error(FindingIds.DocumentType, place, "a document type declaration (DTD)", "remove the DOCTYPE, a CIB has none");
        else if (Says(text, "MaxCharactersInDocument"))
            log.Error(FindingIds.Oversized, place, $"more than {limits.MaxCharacters} characters", "hand in a smaller document");
        else if (Says(text, "entity"))
            log.Error(FindingIds.Entity, place, "an entity that XML itself doesn't define", "write the character itself, or &lt; &gt; &amp; &quot; &apos;");
        else if (Says(text, "Unexpected end") || Says(text, "Root element is missing") || Says(text, "following elements are not closed"))
            log.Error(FindingIds.Truncated, place, "the document ends too early", "get the whole document again, part of it is missing");
        else
            log.Error(FindingIds.Malformed, place, "not well-formed XML: " + WithoutPosition(text), "mend the XML at this place");
    }

    private static bool Says(string text, string what) => text.Contains(what, StringComparison.OrdinalIgnoreCase);

    // The position is in the finding already.
    private static string WithoutPosition(string text)
    {
        int position = text.LastIndexOf(" Line ", StringComparison.Ordinal);
        return (position < 0 ? text : text[..position]).TrimEnd('.', ' ');
    }
}
