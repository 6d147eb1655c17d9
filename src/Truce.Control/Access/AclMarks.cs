using System.Xml.Linq;
using System.Xml.XPath;
using Truce.Model;

namespace Truce.Control;

/// <summary>
/// What a caller's roles say of each element of one CIB document (Pacemaker Explained, "Access Control
/// Lists"): a permission holds for the selected element and all below it; a deeper one outdoes it; of several
/// at one element deny comes first, then write, then read. What nothing is said of is denied.
/// </summary>
internal sealed class AclMarks
{
    /// <summary>The object type that stands for fencing: a right of its own, which no
    /// right to write includes.</summary>
    public const string FencingType = "truce-fence";

    /// <summary>The object type that stands for secrets: a right of its own, which
    /// no right to read includes.</summary>
    public const string SecretsType = "truce-secrets";

    private readonly Dictionary<XElement, AclKind> _marks = [];

    /// <summary>Marks a document.</summary>
    public AclMarks(XDocument document, IEnumerable<AclEntry> permissions)
    {
        foreach (AclEntry permission in permissions)
        {
            foreach (XElement element in Selected(document, permission))
                _marks[element] = _marks.TryGetValue(element, out AclKind said) ? Stronger(said, permission.Kind) : permission.Kind;
        }
    }

    /// <summary>Whether an element may be read.</summary>
    public bool MayRead(XElement element) => Of(element) is AclKind.Read or AclKind.Write;

    /// <summary>Whether an element may be changed.</summary>
    public bool MayWrite(XElement element) => Of(element) is AclKind.Write;

    private AclKind Of(XElement element)
    {
        for (XElement? at = element; at is not null; at = at.Parent)
        {
            if (_marks.TryGetValue(at, out AclKind kind))
                return kind;
        }

        return AclKind.Deny;
    }

    private static IEnumerable<XElement> Selected(XDocument document, AclEntry permission) => permission.Scope switch
    {
        AclScope.ByReference(var id) => document.Descendants().Where(e => (string?)e.Attribute("id") == id),
        AclScope.ByObjectType(var type, var attribute) => document.Descendants(type)
            .Where(e => attribute is null || e.Attribute(attribute) is not null),
        AclScope.ByXPath(var path) => ByPath(document, path, permission.Kind),
    };

    // A path that can't be read grants nothing, and denies all if it was meant to deny.
    private static IEnumerable<XElement> ByPath(XDocument document, string path, AclKind kind)
    {
        try
        {
            return [.. document.XPathSelectElements(path)];
        }
        catch (Exception e) when (e is XPathException or InvalidOperationException)
        {
            return kind == AclKind.Deny ? document.Descendants() : [];
        }
    }

    private static AclKind Stronger(AclKind one, AclKind other) =>
        one == AclKind.Deny || other == AclKind.Deny ? AclKind.Deny
        : one == AclKind.Write || other == AclKind.Write ? AclKind.Write
        : AclKind.Read;
}
