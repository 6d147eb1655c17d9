using System.Xml.Linq;
using Truce.Model;

namespace Truce.Analysis.Importing;

/// <summary>
/// Compares a document with what was loaded of it, element by element and attribute by attribute. Whatever
/// differs gets a line, unless one answers for it already: so a part that reading loses is told, whether or
/// not anybody thought of it.
/// </summary>
internal sealed class Correspondence(Ledger ledger, XElement loaded)
{
    private static readonly Dictionary<string, string> s_newerElements = new()
    {
        ["acl_user"] = "acl_target",
        ["role_ref"] = "role",
        ["read"] = "acl_permission",
        ["write"] = "acl_permission",
        ["deny"] = "acl_permission",
    };

    private static readonly Dictionary<string, string> s_newerAttributes = new()
    {
        ["masters"] = "promoted-max",
        ["yearsdays"] = "yeardays",
        ["ref"] = "reference",
        ["tag"] = "object-type",
    };

    // Words that mean the same: older and newer.
    private static readonly Dictionary<string, string> s_newerWords = new()
    {
        ["Master"] = "Promoted",
        ["Slave"] = "Unpromoted",
        ["normal"] = "member",
    };

    private readonly Dictionary<(string, string), XElement> _named = loaded.Descendants()
        .Where(e => SourceDocument.IdOf(e) is not null)
        .GroupBy(e => (e.Name.LocalName, SourceDocument.IdOf(e)!))
        .ToDictionary(g => g.Key, g => g.First());

    /// <summary>Compares the section <c>configuration</c> of a document.</summary>
    public void Compare(XElement source) => Compare(source, loaded);

    private void Compare(XElement source, XElement became)
    {
        foreach (XAttribute attribute in source.Attributes())
            Compare(attribute, became);
        Dictionary<(string, string?), Queue<XElement>> left = became.Elements()
            .GroupBy(e => (e.Name.LocalName, Key(e))).ToDictionary(g => g.Key, g => new Queue<XElement>(g));
        foreach (XElement child in source.Elements())
        {
            if (left.TryGetValue((Newer(child), Key(child)), out Queue<XElement>? same)
                && same.TryDequeue(out XElement? one))
                Compare(child, one);
            else
                Lost(child);
        }
    }

    private void Lost(XElement child)
    {
        // An empty section says nothing.
        if (!child.HasElements && !child.HasAttributes)
            return;
        if (ledger.OwnerOf(child) is { } told)
            ledger.OwnTree(told, child);
        else if (SourceDocument.IdOf(child) is { } id
            && _named.TryGetValue((Newer(child), id), out XElement? elsewhere))
            Moved(child, elsewhere);
        else if (child.Ancestors("acl_user").Select(ledger.OwnerOf).FirstOrDefault() is { } user)
            ledger.OwnTree(user, child);
        else
        {
            ledger.OwnTree(ledger.Open(ImportVerdict.Different, "left-out", child,
                "it isn't in the imported configuration: Truce has nothing like it",
                "see whether something depends on it"), child);
        }
    }

    private void Moved(XElement child, XElement elsewhere)
    {
        ledger.Own(ledger.Open(ImportVerdict.Different, "moved", child,
            $"it is written in {SourceDocument.Label(elsewhere.Parent!)}, and means the same", "nothing"),
            child);
        Compare(child, elsewhere);
    }

    private void Compare(XAttribute attribute, XElement became)
    {
        if (ledger.OwnerOf(attribute) is not null)
            return;
        string name = attribute.Name.LocalName;
        string newer =
            became.Attribute(name) is null ? s_newerAttributes.GetValueOrDefault(name, name) : name;
        string? value = became.Attribute(newer)?.Value;
        if (value is not null && IsSame(attribute.Value, value) && newer == name)
            return;
        (string message, string remedy) = value is null
            ? ($"the XML attribute {name} isn't in the imported configuration",
                "nothing, if Pacemaker ignored it too")
            : newer != name ? ($"{name} is written as {newer}, and means the same", "nothing")
            : ($"{name} is read as \"{value}\"", "correct it, if that isn't what was meant");
        ledger.Own(ledger.Open(ImportVerdict.Different, "rewritten", attribute, message, remedy), attribute);
    }

    // yes and true, inf and INFINITY, Master and Promoted: another spelling isn't another meaning.
    private static bool IsSame(string one, string other) =>
        one == other
        || (CibBoolean.Parse(one) is { } flag && CibBoolean.Parse(other) == flag)
        || (Score.Parse(one) is { } score && Score.Parse(other) == score)
        || s_newerWords.GetValueOrDefault(one, one) == s_newerWords.GetValueOrDefault(other, other)
        || (Numbers.ParseLong(one) is { } number && Numbers.ParseLong(other) == number);

    private static string Newer(XElement element) =>
        s_newerElements.GetValueOrDefault(element.Name.LocalName, element.Name.LocalName);

    private static string? Key(XElement element) => SourceDocument.IdOf(element)
        ?? (element.Attribute("id-ref") is { } reference ? "-> " + reference.Value : null);
}
