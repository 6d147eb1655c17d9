using System.Xml.Linq;

namespace Truce.Cli.Editing;

/// <summary>Name-value pairs of a node, a resource or the cluster, in sets
/// that always apply (no rule).</summary>
internal static class Pairs
{
    /// <summary>The value; null if it isn't set.</summary>
    public static string? Pair(this XElement owner, string set, string name) =>
        (string?)Find(owner, set, name)?.Attribute("value");

    /// <summary>Every pair of the sets.</summary>
    public static IEnumerable<(string Name, string? Value)> AllPairs(this XElement owner, string set) =>
        Sets(owner, set).Elements("nvpair").Select(p => ((string?)p.Attribute("name") ?? "", (string?)p.Attribute("value")));

    /// <summary>Sets a value; false if it was so already.</summary>
    public static bool SetPair(this CibDocument document, XElement owner, string set, string name, string value)
    {
        XElement? pair = Find(owner, set, name);
        if ((string?)pair?.Attribute("value") == value)
            return false;
        pair ??= Add(document, SetOf(document, owner, set), name);
        pair.SetAttributeValue("value", value);
        return true;
    }

    /// <summary>Removes a value, and the set with its last one; false if it wasn't there.</summary>
    public static bool RemovePair(this XElement owner, string set, string name)
    {
        XElement[] pairs = [.. Sets(owner, set).Elements("nvpair").Where(p => (string?)p.Attribute("name") == name)];
        foreach (XElement pair in pairs)
        {
            XElement parent = pair.Parent!;
            pair.Remove();
            if (!parent.HasElements)
                parent.Remove();
        }

        return pairs.Length > 0;
    }

    private static XElement? Find(XElement owner, string set, string name) =>
        Sets(owner, set).Elements("nvpair").FirstOrDefault(p => (string?)p.Attribute("name") == name);

    private static IEnumerable<XElement> Sets(XElement owner, string set) =>
        owner.Elements(set).Where(s => s.Element("rule") is null && s.Attribute("id-ref") is null);

    private static XElement SetOf(CibDocument document, XElement owner, string name)
    {
        if (Sets(owner, name).FirstOrDefault() is { } there)
            return there;
        XElement set = new(name, new XAttribute("id", document.FreeId($"{CibDocument.IdOf(owner)}-{name}")));
        // The schema wants sets of a resource before its operations and members.
        if (owner.Elements().FirstOrDefault(e => e.Name.LocalName is "operations" or "primitive" or "group") is { } later)
            later.AddBeforeSelf(set);
        else
            owner.Add(set);
        return set;
    }

    private static XElement Add(CibDocument document, XElement set, string name)
    {
        XElement pair = new("nvpair",
            new XAttribute("id", document.FreeId($"{CibDocument.IdOf(set)}-{name}")), new XAttribute("name", name));
        set.Add(pair);
        return pair;
    }
}
