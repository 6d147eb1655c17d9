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

    /// <summary>An option or meta attribute that nobody knows.</summary>
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
        new(Malformed, Severity.Error, "The text isn't well-formed XML", "Nothing of it is taken"),
        new(Truncated, Severity.Error, "The text ends too early", "Nothing of it is taken"),
        new(DocumentType, Severity.Error, "There is a document type declaration",
            "Nothing of it is taken: a declaration could pull in files or expand without end"),
        new(Entity, Severity.Error, "An entity isn't one of those that XML defines", "Nothing of it is taken"),
        new(Oversized, Severity.Error, "The document is larger than a configuration can be", "Nothing of it is taken"),
        new(UnknownElement, Severity.Error, "An element doesn't exist there", "Nothing of it is taken"),
        new(UnknownXmlAttribute, Severity.Error, "An element doesn't have this XML attribute",
            "Nothing of it is taken; in a status section it is kept and ignored"),
        new(MissingXmlAttribute, Severity.Error, "An XML attribute that must be there isn't", "Nothing of it is taken"),
        new(ImpossibleValue, Severity.Error, "A value isn't one of those that are possible there",
            "Nothing of it is taken"),
        new(DoubtfulValue, Severity.Warning, "A value isn't one of those that are possible there, and Pacemaker lives with it",
            "Another value applies, or the rule never holds: what was meant doesn't happen"),
        new(DuplicateId, Severity.Error, "Two elements have the same id", "Nothing of it is taken"),
        new(DanglingReference, Severity.Error, "A reference leads to nothing", "Nothing of it is taken"),
        new(Structure, Severity.Error, "Elements are combined in a way that makes no sense", "Nothing of it is taken"),
        new(UnknownName, Severity.Warning, "No option or meta attribute has this name",
            "It is kept and has no effect; if a name is misspelt, the default applies instead"),
        new(UnknownTruceName, Severity.Error, "Truce has no option of this name", "Nothing of it is taken"),
        new(Upgraded, Severity.Information, "Something of an older schema was brought into today's form",
            "None: it means the same"),
        new(More, Severity.Information, "There are more findings than are listed", "The others appear once these are fixed"),
    ];
}
