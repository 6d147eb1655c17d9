using System.Xml;
using System.Xml.Linq;
using Truce.Model;

namespace Truce.Analysis.Importing;

/// <summary>A document that is imported, with the position of each element and XML attribute.</summary>
internal sealed class SourceDocument
{
    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    private readonly Dictionary<(int Line, int Column), XObject> _at = [];
    private readonly Dictionary<(string Element, string Id), XElement> _named = [];

    private SourceDocument(XElement root)
    {
        Root = root;
        foreach (XElement element in root.DescendantsAndSelf())
        {
            _at.TryAdd(Place(element), element);
            if (IdOf(element) is { } id)
                _named.TryAdd((element.Name.LocalName, id), element);
            foreach (XAttribute attribute in element.Attributes())
                _at.TryAdd(Place(attribute), attribute);
        }
    }

    /// <summary>Its root element.</summary>
    public XElement Root { get; }

    /// <summary>Takes a document apart; null if it isn't well-formed.</summary>
    public static SourceDocument? Load(string xml)
    {
        using StringReader text = new(xml);
        using XmlReader reader = XmlReader.Create(text, s_settings);
        try
        {
            return new SourceDocument(XElement.Load(reader, LoadOptions.SetLineInfo));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>What a finding is about: an XML attribute, an element, or the whole document.</summary>
    public XObject Find(Finding finding) =>
        _at.TryGetValue((finding.Line, finding.Column), out XObject? there) ? there
            : finding.ElementId is { } id && Find(ElementOf(finding), id) is { } named ? named : Root;

    /// <summary>The first element of that name and id; null: there is none.</summary>
    public XElement? Find(string element, string? id) => id is null
        ? Root.DescendantsAndSelf(element).FirstOrDefault()
        : _named.GetValueOrDefault((element, id));

    /// <summary>Where it stands, from 1.</summary>
    public static (int Line, int Column) Place(XObject item) =>
        item is IXmlLineInfo place ? (place.LineNumber, place.LinePosition) : (0, 0);

    /// <summary>The element that it is, or belongs to.</summary>
    public static XElement ElementOf(XObject item) => item as XElement ?? item.Parent!;

    /// <summary>As findings name it.</summary>
    public static string Label(XObject item)
    {
        XElement element = ElementOf(item);
        return IdOf(element) is { } id
            ? $"{element.Name.LocalName}[@id='{id}']" : element.Name.LocalName;
    }

    /// <summary>The id of an element; null: it has none.</summary>
    public static string? IdOf(XElement element) => element.Attribute("id")?.Value;

    // primitive[@id='web']: the name before the bracket.
    private static string ElementOf(Finding finding) => finding.Element.Split('[', 2)[0];
}
