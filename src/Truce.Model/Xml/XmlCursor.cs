using System.Xml;

namespace Truce.Model.Xml;

/// <summary>
/// Walks through the elements of a document. Each reading function starts on its element, takes its XML
/// attributes, then its children with <see cref="Children"/>, and leaves the cursor at the element's end.
/// </summary>
internal sealed class XmlCursor
{
    private readonly XmlReader _reader;
    private readonly IXmlLineInfo _lines;
    private readonly CibLimits _limits;
    private int _elements;

    public XmlCursor(XmlReader reader, CibLimits limits, FindingLog log)
    {
        _reader = reader;
        _lines = (IXmlLineInfo)reader;
        _limits = limits;
        Log = log;
        Attributes = new XmlAttributes(log);
    }

    public FindingLog Log { get; }

    /// <summary>The attributes of the element taken last.</summary>
    public XmlAttributes Attributes { get; }

    /// <summary>Whether the document follows a schema before 3.0, some of whose words are gone.</summary>
    public bool IsOldSchema { get; set; }

    public string Name => _reader.Name;

    public int Depth => _reader.Depth;

    /// <summary>Whether the element the cursor stands on is written as empty.</summary>
    public bool IsEmpty => _reader.IsEmptyElement;

    /// <summary>Where the cursor stands.</summary>
    public Place Place => new(_lines.LineNumber, _lines.LinePosition, Name);

    /// <summary>Moves to the root element.</summary>
    public void MoveToRoot()
    {
        while (_reader.Read())
        {
            if (_reader.NodeType == XmlNodeType.Element)
            {
                CountElement();
                return;
            }
        }
    }

    /// <summary>Reads what follows the root element, so that rubbish there is found.</summary>
    public void FinishDocument()
    {
        while (_reader.Read())
        {
        }
    }

    /// <summary>Loads the attributes of the element; the cursor stays on it.</summary>
    public XmlAttributes TakeAttributes()
    {
        if (_reader.AttributeCount > Math.Min(_limits.MaxXmlAttributes, XmlAttributes.Capacity))
            Stop(FindingIds.Oversized, $"more than {_limits.MaxXmlAttributes} XML attributes",
                "remove what doesn't belong there");
        Attributes.Begin(Place);
        if (!_reader.MoveToFirstAttribute())
            return Attributes;
        do
        {
            Attributes.Add(_reader.Name, _reader.Value, _lines.LineNumber, _lines.LinePosition);
        }
        while (_reader.MoveToNextAttribute());
        _reader.MoveToElement();
        return Attributes;
    }

    /// <summary>The children of the element the cursor stands on; ask before moving on.</summary>
    public ChildWalk Children() => new(this, IsEmpty ? -1 : Depth);

    /// <summary>
    /// Moves to the next child of the element at <paramref name="depth"/>; false at its end.
    /// </summary>
    internal bool NextChild(int depth)
    {
        while (depth >= 0 && _reader.Read())
        {
            switch (_reader.NodeType)
            {
                case XmlNodeType.Element:
                    CountElement();
                    return true;
                case XmlNodeType.EndElement when _reader.Depth == depth:
                    return false;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    Log.Error(FindingIds.Structure, Place with { Name = "text" },
                        "text where only elements belong",
                        "remove it, or put it into a comment");
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Refuses the element the cursor stands on and steps over it.</summary>
    public void RejectElement(string parent, params ReadOnlySpan<string> known)
    {
        string? nearest = Log.Nearest(Name, known.ToArray());
        Log.Error(FindingIds.UnknownElement, Place, $"unknown element in {parent}",
            nearest is null ? "remove it" : $"remove it, or write '{nearest}' if that was meant");
        Skip();
    }

    /// <summary>Steps over the element, children and all.</summary>
    public void Skip()
    {
        int depth = Depth;
        if (IsEmpty)
            return;
        while (_reader.Read())
        {
            if (_reader.NodeType == XmlNodeType.Element)
                CountElement();
            else if (_reader.NodeType == XmlNodeType.EndElement && _reader.Depth == depth)
                return;
        }
    }

    /// <summary>Refuses children of an element that has none.</summary>
    public void ExpectNoChildren(string parent)
    {
        ChildWalk children = Children();
        while (children.Next())
            RejectElement(parent);
    }

    /// <summary>Keeps the element as it is; for the status, where schemas allow anything.</summary>
    public UnknownElement Keep()
    {
        string name = Name;
        XmlAttributes attributes = TakeAttributes();
        EquatableArray<UnknownPair> pairs = attributes.TakeRest();
        if (IsEmpty)
            return new UnknownElement(name, pairs, []);
        int depth = Depth;
        List<UnknownElement> children = [];
        string? text = null;
        while (_reader.Read() && !(_reader.NodeType == XmlNodeType.EndElement && _reader.Depth == depth))
        {
            if (_reader.NodeType == XmlNodeType.Element)
            {
                CountElement();
                children.Add(Keep());
            }
            else if (_reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                text += _reader.Value;
            }
        }

        return new UnknownElement(name, pairs, [.. children], text?.Trim());
    }

    private void CountElement()
    {
        if (++_elements > _limits.MaxElements)
            Stop(FindingIds.Oversized, $"more than {_limits.MaxElements} elements",
                "remove what doesn't belong there");
        if (_reader.Depth >= _limits.MaxDepth)
            Stop(FindingIds.Oversized, $"elements nested deeper than {_limits.MaxDepth}",
                "remove what doesn't belong there");
    }

    private void Stop(string id, string message, string remedy)
    {
        Log.Error(id, Place, message, remedy);
        throw new ReadingStopped();
    }
}

/// <summary>
/// Steps from child to child of one element. The code that handles a child must leave the cursor at its end.
/// </summary>
internal readonly struct ChildWalk(XmlCursor cursor, int depth)
{
    /// <summary>Moves to the next child; false at the end of the parent.</summary>
    public bool Next() => cursor.NextChild(depth);
}
