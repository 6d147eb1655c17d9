using System.Collections.Immutable;
using System.Xml.Linq;

namespace Truce.Analysis.Importing;

/// <summary>
/// Which line answers for each element and XML attribute of a document. The first to claim one has it, so
/// the counts of all lines add up to the document.
/// </summary>
internal sealed class Ledger
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<XObject, Entry> _owners = [];

    /// <summary>A line under way.</summary>
    internal sealed class Entry(ImportLine line)
    {
        public ImportLine Line { get; } = line;

        public int Elements { get; set; }

        public int Attributes { get; set; }
    }

    /// <summary>Begins a line about a part of the document.</summary>
    public Entry Open(ImportVerdict verdict, string id, XObject about, string message, string remedy)
    {
        (int line, int column) = SourceDocument.Place(about);
        Entry entry = new(new ImportLine(
            verdict, id, line, column, SourceDocument.Label(about), message, remedy));
        _entries.Add(entry);
        return entry;
    }

    /// <summary>The line that answers for it; null: none yet.</summary>
    public Entry? OwnerOf(XObject item) => _owners.GetValueOrDefault(item);

    /// <summary>Makes a line answer for one element, without its XML attributes, or for one XML
    /// attribute.</summary>
    public void Own(Entry entry, XObject item)
    {
        if (!_owners.TryAdd(item, entry))
            return;
        if (item is XElement)
            entry.Elements++;
        else
            entry.Attributes++;
    }

    /// <summary>Makes a line answer for an element and its XML attributes.</summary>
    public void OwnWhole(Entry entry, XElement element)
    {
        Own(entry, element);
        foreach (XAttribute attribute in element.Attributes())
            Own(entry, attribute);
    }

    /// <summary>Makes a line answer for an element with all that is in it.</summary>
    public void OwnTree(Entry entry, XElement top)
    {
        foreach (XElement element in top.DescendantsAndSelf())
            OwnWhole(entry, element);
    }

    /// <summary>The lines by verdict, each in the order of the document.</summary>
    public ImmutableArray<ImportLine> Lines() =>
    [
        .. _entries.Select(e => e.Line with { Elements = e.Elements, Attributes = e.Attributes })
            .OrderBy(l => l.Verdict).ThenBy(l => l.Line).ThenBy(l => l.Column),
    ];
}
