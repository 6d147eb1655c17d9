using System.Xml.Linq;

namespace Truce.Model;

/// <summary>One difference between two configurations, by the elements that it concerns.</summary>
public abstract record ConfigurationChange
{
    private ConfigurationChange() { }

    /// <summary>An element is new, with all below it.</summary>
    public sealed record Created(XElement Element) : ConfigurationChange;

    /// <summary>An element's own attributes differ; the elements below it are compared separately.</summary>
    public sealed record Altered(XElement Before, XElement After) : ConfigurationChange;

    /// <summary>An element is gone, with all below it.</summary>
    public sealed record Removed(XElement Element) : ConfigurationChange;

    /// <summary>The children that both have stand in another order.</summary>
    public sealed record Reordered(XElement Before, XElement After) : ConfigurationChange;

    /// <summary>The change in words: <c>primitive db is removed</c>. No values: they may be secret.</summary>
    public sealed override string ToString() => this switch
    {
        Created c => $"{Name(c.Element)} is created",
        Altered c => $"{Name(c.After)} is changed",
        Removed c => $"{Name(c.Element)} is removed",
        Reordered c => $"the contents of {Name(c.After)} are reordered",
    };

    /// <summary>An element as messages name it: its kind, and its id if it has one.</summary>
    public static string Name(XElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return (string?)element.Attribute("id") is { } id
            ? $"{element.Name.LocalName} {id}"
            : element.Name.LocalName;
    }
}

/// <summary>Compares two configurations element by element.</summary>
public static class ConfigurationDifference
{
    /// <summary>
    /// Every difference, from the outside in: an element's own attributes, its children in their new order,
    /// what is gone, and the order of what both have. Elements are the same by kind and id; without an id by
    /// their place among their like. Neither comments nor white space count.
    /// </summary>
    public static IEnumerable<ConfigurationChange> Between(XElement before, XElement after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return Walk(before, after);
    }

    private static IEnumerable<ConfigurationChange> Walk(XElement before, XElement after)
    {
        if (!HasSameAttributes(before, after))
            yield return new ConfigurationChange.Altered(before, after);
        Dictionary<string, XElement> left = Children(before);
        string[] order = [.. left.Keys];
        List<string> kept = [];
        foreach ((string key, XElement child) in Children(after))
        {
            if (!left.Remove(key, out XElement? former))
            {
                if (!IsEmptySection(child))
                    yield return new ConfigurationChange.Created(child);
                continue;
            }

            kept.Add(key);
            foreach (ConfigurationChange deeper in Walk(former, child))
                yield return deeper;
        }

        foreach (XElement gone in left.Values.Where(e => !IsEmptySection(e)))
            yield return new ConfigurationChange.Removed(gone);
        if (!order.Where(kept.Contains).SequenceEqual(kept))
            yield return new ConfigurationChange.Reordered(before, after);
    }

    // A section without content means what none means.
    private static bool IsEmptySection(XElement element) =>
        !element.HasElements && element.Attribute("id") is null
        && element.Parent?.Name.LocalName == "configuration";

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

    private static bool HasSameAttributes(XElement one, XElement other) =>
        one.Attributes().Select(a => (a.Name, a.Value)).ToHashSet()
            .SetEquals(other.Attributes().Select(a => (a.Name, a.Value)));
}
