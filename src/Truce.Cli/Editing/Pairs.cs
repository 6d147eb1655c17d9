using System.Xml.Linq;
using Truce.Model;

namespace Truce.Cli.Editing;

/// <summary>Name-value pairs of a node, a resource or the cluster, in sets
/// that always apply (no rule).</summary>
internal static class Pairs
{
    /// <summary>The element that holds cluster options.</summary>
    public const string OptionSet = "cluster_property_set";

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
        pair ??= Add(document, SetOf(document, owner, set, $"{CibDocument.IdOf(owner)}-{set}"), name);
        pair.SetAttributeValue("value", value);
        return true;
    }

    /// <summary>Sets a cluster option under the name that counts: the newest under which it is set already.
    /// False if it was so already.</summary>
    public static bool SetOption(this CibDocument document, string name, string value)
    {
        XElement options = document.Section("crm_config");
        string newest = OptionCatalogue.NewestName(name);
        XElement? pair = OptionNames.NewestFirst(newest).Select(n => FindOption(options, n))
            .FirstOrDefault(p => p is not null);
        if ((string?)pair?.Attribute("value") == value)
            return false;
        // Another set may win over one that a rule guards or a score lowers; this one wins over all others.
        pair ??= Add(document, SetOf(document, options, OptionSet, AttributeSets.BootstrapOptions), newest);
        pair.SetAttributeValue("value", value);
        return true;
    }

    /// <summary>Removes a cluster option under all its names; false if it wasn't set.</summary>
    public static bool RemoveOption(this CibDocument document, string name)
    {
        XElement options = document.Section("crm_config");
        return OptionNames.NewestFirst(OptionCatalogue.NewestName(name)).Distinct()
            .EditEach(n => options.RemovePair(OptionSet, n));
    }

    /// <summary>Makes an edit for each of several; false if all was so already.</summary>
    public static bool EditEach<T>(this IEnumerable<T> items, Func<T, bool> edit)
    {
        bool changed = false;
        foreach (T item in items)
            changed |= edit(item);
        return changed;
    }

    private static XElement? FindOption(XElement options, string name) =>
        Sets(options, OptionSet).OrderBy(s => CibDocument.IdOf(s) == AttributeSets.BootstrapOptions ? 0 : 1)
            .Elements("nvpair").FirstOrDefault(p => (string?)p.Attribute("name") == name);

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

    private static XElement SetOf(CibDocument document, XElement owner, string name, string id)
    {
        IEnumerable<XElement> sets = Sets(owner, name);
        if ((sets.FirstOrDefault(s => CibDocument.IdOf(s) == id) ?? sets.FirstOrDefault()) is { } there)
            return there;
        XElement set = new(name, new XAttribute("id", document.FreeId(id)));
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
