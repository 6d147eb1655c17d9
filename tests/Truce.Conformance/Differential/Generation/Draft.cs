using System.Globalization;
using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>What constraints can name.</summary>
internal enum TargetKind
{
    /// <summary>A resource that runs once.</summary>
    Primitive,

    /// <summary>A group.</summary>
    Group,

    /// <summary>A clone.</summary>
    Clone,

    /// <summary>A promotable clone.</summary>
    Promotable,

    /// <summary>A bundle.</summary>
    Bundle,
}

/// <summary>A top-level resource, or a member that constraints name too.</summary>
internal sealed record Target(string Id, TargetKind Kind, bool Promotable)
{
    /// <summary>Whether more than one instance can run.</summary>
    public bool IsMany => Kind is TargetKind.Clone or TargetKind.Promotable or TargetKind.Bundle;
}

/// <summary>A cluster that is being made up: the parts of its CIB, and the features used so far.</summary>
internal sealed class Draft
{
    private readonly Random _random;
    private int _ids;

    /// <summary>The same seed gives the same cluster.</summary>
    public Draft(int seed)
    {
        // A generator with a fixed algorithm: seeded ones of System.Random keep theirs.
        _random = new Random(seed);
    }

    /// <summary>The names of the features used.</summary>
    public SortedSet<string> Features { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of the cluster's nodes.</summary>
    public List<string> Nodes { get; } = [];

    /// <summary>Names of remote and guest nodes.</summary>
    public List<string> FarNodes { get; } = [];

    /// <summary>What constraints can name.</summary>
    public List<Target> Targets { get; } = [];

    /// <summary>The primitives that hold parameters, for changes of definitions.</summary>
    public List<XElement> Primitives { get; } = [];

    /// <summary>Cluster options.</summary>
    public XElement Options { get; } = new("cluster_property_set", new XAttribute("id", "options"));

    /// <summary>The section of nodes.</summary>
    public XElement NodeSection { get; } = new("nodes");

    /// <summary>The section of resources.</summary>
    public XElement Resources { get; } = new("resources");

    /// <summary>The section of constraints.</summary>
    public XElement Constraints { get; } = new("constraints");

    /// <summary>The section of tags.</summary>
    public XElement Tags { get; } = new("tags");

    /// <summary>The section of fencing levels.</summary>
    public XElement Levels { get; } = new("fencing-topology");

    /// <summary>Defaults of resources.</summary>
    public XElement ResourceDefaults { get; } = new("rsc_defaults");

    /// <summary>Defaults of operations.</summary>
    public XElement OperationDefaults { get; } = new("op_defaults");

    /// <summary>Names of tickets.</summary>
    public List<string> Tickets { get; } = [];

    /// <summary>Whether the cluster has quorum.</summary>
    public bool Quorate { get; set; } = true;

    /// <summary>The time to judge by.</summary>
    public DateTimeOffset Now { get; } = new(2023, 5, 17, 12, 0, 0, TimeSpan.Zero);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => _random.Next(100) < percent;

    /// <summary>As <see cref="Chance(int)"/>; notes the feature if true.</summary>
    public bool Chance(int percent, string feature)
    {
        bool yes = Chance(percent);
        if (yes)
            Features.Add(feature);
        return yes;
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Number(int least, int most) => _random.Next(least, most + 1);

    /// <summary>One of them.</summary>
    public T Pick<T>(params IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>Some of them, in their order; <paramref name="count"/> or all.</summary>
    public List<T> Some<T>(IReadOnlyList<T> choices, int count)
    {
        List<T> left = [.. choices];
        while (left.Count > count)
            left.RemoveAt(_random.Next(left.Count));
        return left;
    }

    /// <summary>An id that isn't taken.</summary>
    public string NewId(string stem) => string.Create(CultureInfo.InvariantCulture, $"{stem}-{++_ids}");

    /// <summary>A name-value pair with an id of its own.</summary>
    public XElement Pair(string name, object value) => new(
        "nvpair",
        new XAttribute("id", NewId("nv")),
        new XAttribute("name", name),
        new XAttribute("value", value));

    /// <summary>Sets a cluster option.</summary>
    public void Option(string name, object value) => Options.Add(Pair(name, value));

    /// <summary>A set of pairs below <paramref name="owner"/>; made if it isn't there.</summary>
    public XElement Set(XElement owner, string kind)
    {
        XElement? set = owner.Elements(kind).FirstOrDefault(s => s.Element("rule") is null);
        if (set is not null)
            return set;
        set = new XElement(kind, new XAttribute("id", NewId(kind)));
        if (owner.Elements().LastOrDefault(e => e.Name.LocalName is "meta_attributes" or "instance_attributes" or "utilization") is { } last)
            last.AddAfterSelf(set);
        else
            owner.AddFirst(set);
        return set;
    }

    /// <summary>Sets a meta attribute.</summary>
    public void Meta(XElement resource, string name, object value) =>
        Set(resource, "meta_attributes").Add(Pair(name, value));

    /// <summary>A score as people write them: mostly finite.</summary>
    public string Score() => Pick("INFINITY", "-INFINITY", "100", "50", "10", "1", "-50", "200", "500", "5");
}
