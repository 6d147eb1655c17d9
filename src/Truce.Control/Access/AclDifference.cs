using System.Xml.Linq;

namespace Truce.Control;

/// <summary>
/// Judges a change of the configuration by what it creates, alters, moves and removes: each must be writable. An
/// element that only encloses others (no attributes but an id) may be created with them.
/// </summary>
internal sealed class AclDifference(AclMarks before, AclMarks after)
{
    /// <summary>The first change that isn't allowed, in words; null: all are.</summary>
    public string? Objection(XElement old, XElement proposed)
    {
        if (!SameAttributes(old, proposed) && !(before.MayWrite(old) && after.MayWrite(proposed)))
            return $"may not change {Name(proposed)}";
        Dictionary<string, XElement> left = Children(old);
        List<string> kept = [];
        foreach ((string key, XElement child) in Children(proposed))
        {
            if (left.Remove(key, out XElement? former))
            {
                kept.Add(key);
                if (Objection(former, child) is { } deeper)
                    return deeper;
            }
            else if (Created(child) is { } objection)
            {
                return objection;
            }
        }

        string? removed = left.Values.SelectMany(r => r.DescendantsAndSelf()).Where(r => !before.MayWrite(r))
            .Select(r => $"may not remove {Name(r)}").FirstOrDefault();
        if (removed is not null)
            return removed;
        bool sameOrder = Children(old).Keys.Where(kept.Contains).SequenceEqual(kept);
        return sameOrder || (before.MayWrite(old) && after.MayWrite(proposed)) ? null : $"may not reorder {Name(old)}";
    }

    private string? Created(XElement element)
    {
        bool encloses = element.HasElements && element.Attributes().All(a => a.Name == "id");
        if (!encloses && !after.MayWrite(element))
            return $"may not create {Name(element)}";
        return element.Elements().Select(Created).FirstOrDefault(o => o is not null);
    }

    // Ids are unique; elements without one are told apart by their place among their like.
    private static Dictionary<string, XElement> Children(XElement parent)
    {
        Dictionary<string, XElement> children = [];
        Dictionary<string, int> counts = [];
        foreach (XElement child in parent.Elements())
        {
            string name = child.Name.LocalName;
            string key = (string?)child.Attribute("id") is { } id
                ? $"{name}#{id}"
                : $"{name}@{counts[name] = counts.GetValueOrDefault(name) + 1}";
            children.TryAdd(key, child);
        }

        return children;
    }

    private static bool SameAttributes(XElement one, XElement other) =>
        one.Attributes().Select(a => (a.Name, a.Value)).ToHashSet()
            .SetEquals(other.Attributes().Select(a => (a.Name, a.Value)));

    private static string Name(XElement element) =>
        (string?)element.Attribute("id") is { } id ? $"{element.Name} {id}" : element.Name.LocalName;
}
