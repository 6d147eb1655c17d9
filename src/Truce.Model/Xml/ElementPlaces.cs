using System.Xml;

namespace Truce.Model.Xml;

/// <summary>
/// Where elements stand in a document that was accepted: the configuration in memory has no lines, but a
/// finding must say one. Reads the text a second time, so ask only when there is something to say.
/// </summary>
public sealed class ElementPlaces
{
    private readonly Dictionary<(string Element, string? Id), (int Line, int Column)> _places = [];

    private ElementPlaces() { }

    /// <summary>No place is known: a configuration that was never a text.</summary>
    public static ElementPlaces None { get; } = new();

    /// <summary>Reads a document; of one that isn't well-formed, what comes before the mistake.</summary>
    public static ElementPlaces Of(TextReader text)
    {
        ElementPlaces places = new();
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
        });
        try
        {
            while (reader.Read())
                places.Note(reader);
        }
        catch (XmlException)
        {
            // The reader of the configuration has said so already.
        }

        return places;
    }

    /// <inheritdoc cref="Of(TextReader)"/>
    public static ElementPlaces Of(string xml)
    {
        using StringReader text = new(xml);
        return Of(text);
    }

    /// <summary>Line and column of an element, from 1; (0, 0) where it isn't in the document.</summary>
    public (int Line, int Column) Find(string element, string? id) =>
        _places.GetValueOrDefault((element, id), (0, 0));

    // The first of a name, for elements without an id; the status section repeats ids of the configuration.
    private void Note(XmlReader reader)
    {
        if (reader.NodeType != XmlNodeType.Element || reader is not IXmlLineInfo line)
            return;
        (int, int) place = (line.LineNumber, line.LinePosition);
        _places.TryAdd((reader.LocalName, null), place);
        if (reader.GetAttribute("id") is { } id)
            _places.TryAdd((reader.LocalName, id), place);
    }
}
