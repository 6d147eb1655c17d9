namespace Truce.Model;

/// <summary>The <see cref="Finding.Id"/>s that reading a CIB can give.</summary>
public static class FindingIds
{
    /// <summary>The text isn't well-formed XML.</summary>
    public const string Malformed = "xml-malformed";

    /// <summary>The text ends too early.</summary>
    public const string Truncated = "xml-truncated";

    /// <summary>A document type declaration, which could pull in entities.</summary>
    public const string DocumentType = "xml-dtd";

    /// <summary>An entity that XML doesn't define.</summary>
    public const string Entity = "xml-entity";

    /// <summary>A limit of <see cref="Xml.CibLimits"/> is exceeded.</summary>
    public const string Oversized = "xml-oversized";

    /// <summary>An element that doesn't exist there.</summary>
    public const string UnknownElement = "unknown-element";

    /// <summary>An XML attribute that the element doesn't have.</summary>
    public const string UnknownXmlAttribute = "unknown-xml-attribute";

    /// <summary>An XML attribute that must be there isn't.</summary>
    public const string MissingXmlAttribute = "missing-xml-attribute";

    /// <summary>A value that can't be.</summary>
    public const string ImpossibleValue = "impossible-value";

    /// <summary>A value that can't be, but that Pacemaker lives with: read as Pacemaker reads it.</summary>
    public const string DoubtfulValue = "doubtful-value";

    /// <summary>Two things of one id.</summary>
    public const string DuplicateId = "duplicate-id";

    /// <summary>A reference to nothing.</summary>
    public const string DanglingReference = "dangling-reference";

    /// <summary>Elements combined in a way that makes no sense.</summary>
    public const string Structure = "structure";

    /// <summary>An unknown option or meta attribute.</summary>
    public const string UnknownName = "unknown-name";

    /// <summary>An option of Truce's own that doesn't exist.</summary>
    public const string UnknownTruceName = "unknown-truce-name";

    /// <summary>Something of an older schema, brought into today's form.</summary>
    public const string Upgraded = "upgraded";

    /// <summary>There are more findings than are listed.</summary>
    public const string More = "more";

    /// <summary>All of them, with what the catalogue says.</summary>
    public static IReadOnlyList<FindingKind> Kinds { get; } =
    [
        new(Malformed, Severity.Error, "The text isn't well-formed XML", "The document is refused"),
        new(Truncated, Severity.Error, "The text ends before the document does", "The document is refused"),
        new(DocumentType, Severity.Error, "There is a document type declaration",
            "The document is refused: a declaration could include files or expand without limit"),
        new(Entity, Severity.Error, "An entity isn't one of XML's predefined ones", "The document is refused"),
        new(Oversized, Severity.Error, "The document is larger than a configuration can be", "The document is refused"),
        new(UnknownElement, Severity.Error, "An element isn't allowed there", "The document is refused"),
        new(UnknownXmlAttribute, Severity.Error, "An element doesn't have this XML attribute",
            "The document is refused; in a status section the attribute is kept and ignored"),
        new(MissingXmlAttribute, Severity.Error, "A required XML attribute is missing", "The document is refused"),
        new(ImpossibleValue, Severity.Error, "A value isn't valid there",
            "The document is refused"),
        new(DoubtfulValue, Severity.Warning, "A value isn't valid there, but Pacemaker tolerates it",
            "Another value applies, or the rule never holds: the configuration doesn't have the intended effect"),
        new(DuplicateId, Severity.Error, "Two elements have the same id", "The document is refused"),
        new(DanglingReference, Severity.Error, "A reference points to nothing", "The document is refused"),
        new(Structure, Severity.Error, "Elements are combined in an invalid way", "The document is refused"),
        new(UnknownName, Severity.Warning, "No option or meta attribute has this name",
            "It is kept and has no effect; if a name is misspelled, the default applies instead"),
        new(UnknownTruceName, Severity.Error, "Truce has no option of this name", "The document is refused"),
        new(Upgraded, Severity.Information, "A construct of an older schema was converted to its current form",
            "None: the meaning is the same"),
        new(More, Severity.Information, "There are more findings than are listed", "The others appear once these are fixed"),
    ];
}
