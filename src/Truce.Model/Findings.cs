namespace Truce.Model;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Accepted, but likely not what was meant.</summary>
    Warning,

    /// <summary>Refused.</summary>
    Error,
}

/// <summary>
/// Something to say about a place in a document: what is wrong and what to do. <paramref name="Id"/> is
/// stable and short, for
/// scripts and documentation; line and column count from 1, 0 where there is no place.
/// </summary>
public sealed record Finding(string Id, Severity Severity, string File, int Line, int Column, string Element,
    string Message, string Remedy)
{
    /// <summary>
    /// <c>FILE:LINE:COL: ELEMENT: what is wrong; do: what to do</c>, as every tool prints it.
    /// </summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Element}: {Message}; do: {Remedy}";
}

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
}
