using System.Globalization;
using System.Numerics;
using System.Xml.Linq;

using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>
/// What Pacemaker itself decides otherwise since 2.1.5, so that a difference from it is no fault of ours. A change explains a
/// difference only if both plan the same once the cluster is rewritten so that the change makes no difference to it.
/// </summary>
internal static class KnownDifferences
{
    private static readonly (string Change, Func<XElement, bool> Rewrite)[] s_changes =
    [
        ("2.1.6: all colocations of a clone or bundle draw its instances, even where every node gets one", WithoutClonePreferences),
        ("after 2.1.5: a small wish stays small on its way through mandatory colocations (recorded: colocation-vs-stickiness)", WithoutAttenuatedWishes),
        ("2.1.7: instances of a clone or bundle don't change places on nodes that get one anyway", WithStickyInstances),
        ("2.1.6: what must be with a group waits where the group's start is blocked; a group counts those who must be with it", WithoutGroupCompanions),
        ("2.1.6: orders with bundles are kept", WithoutBundleOrders),
        ("2.1.6: expired results never decide what runs where", WithoutExpiry),
        ("2.1.7: colocations by role hold for bundles", WithoutBundleRoles),
        ("2.1.7: room is made for who must stay away and has nowhere else to go", WithoutAvoidance),
        ("2.1.8: instances of a cloned group are promoted by their own scores and colocations", WithoutGroupPromotionWishes),
        ("after 2.1.5: one node's maintenance ends the monitors of what runs there on other nodes, too", WithoutNodeMaintenance),
        ("after 2.1.5: a mandatory order stands beside kind=Serialize for the same actions", WithoutSerialization),
        ("3.0.0: a rule whose score-attribute a node lacks says nothing about it; it banned the node",
            WithoutScoreAttributes),
        ("after 2.1.5: a failure recorded without digests isn't one of other parameters",
            WithoutUndigestedFailures),
        ("after 2.1.5: what waits for one of several isn't blocked as long as one of them can come",
            WithoutOneOrMore),
        ("after 2.1.5: a colocation of the unpromoted role that keeps away moves no instance",
            WithoutUnpromotedDislikes),
    ];

    // Two changes may meet in one cluster; more would explain anything.
    private const int TogetherMax = 2;

    /// <summary>The changes of version that explain that the actions differ, as few as do; null if none do.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="expected">The older version's answer to it.</param>
    public static string? Find(XElement cluster, Answers expected) => Crowded(cluster, expected)
        ? "2.1.7: clone-node-max holds for cloned groups; the older one starts several instances on one node"
        : ByRewriting(cluster);

    private static string? ByRewriting(XElement cluster) => Enumerable.Range(1, (1 << s_changes.Length) - 1)
        .Where(chosen => BitOperations.PopCount((uint)chosen) <= TogetherMax)
        .OrderBy(chosen => BitOperations.PopCount((uint)chosen))
        .Select(chosen => Explain(cluster, [.. s_changes.Where((_, i) => (chosen >> i & 1) != 0)]))
        .FirstOrDefault(e => e is not null);

    private static string? Explain(XElement cluster, params (string Change, Func<XElement, bool> Rewrite)[] changes)
    {
        XElement rewritten = new(cluster);
        string[] applied = [.. changes.Where(c => c.Rewrite(rewritten)).Select(c => c.Change)];
        return applied.Length == changes.Length && DifferentialRun.Compare("rewritten", rewritten).Result.Levels.GetValueOrDefault(Level.L3)
            ? string.Join("; ", applied)
            : null;
    }

    // Instances of a member of one cloned group that a node gets though it may have one.
    private static bool Crowded(XElement cluster, Answers expected)
    {
        HashSet<string> single =
        [
            .. cluster.Descendants("clone").Where(c => c.Element("group") is not null && !MayCrowd(c)).Descendants("primitive").Select(Id),
        ];
        return XElement.Parse(expected.Graph ?? "<none/>").Descendants("rsc_op")
            .Where(o => o.Attribute("operation")?.Value == "start")
            .Select(o => (Instance: o.Attribute("operation_key")?.Value ?? "", Node: o.Attribute("on_node")?.Value))
            .Where(s => s.Instance.Contains(':') && single.Contains(s.Instance[..s.Instance.IndexOf(':')]))
            .GroupBy(s => (s.Instance[..s.Instance.IndexOf(':')], s.Node)).Any(g => g.Select(s => s.Instance).Distinct().Skip(1).Any());
    }

    private static bool MayCrowd(XElement clone) => clone.Elements("meta_attributes").Elements("nvpair")
        .Any(p => p.Attribute("name")?.Value == "clone-node-max" && p.Attribute("value")?.Value != "1");

    // Wishes to be with or near others are left out where a clone or bundle has them, or where somebody has them of one.
    private static bool WithoutClonePreferences(XElement cluster)
    {
        HashSet<string> cloned = [.. cluster.Descendants().Where(e => e.Name.LocalName is "clone" or "bundle").DescendantsAndSelf().Select(Id)];
        return Remove(cluster.Descendants("rsc_colocation").Where(c => IsWish(c) && Named(c).Any(cloned.Contains)));
    }

    // Weak colocations go where they pass on the wishes of more than one: of a group, or of somebody whom others must be with, like
    // a guest's connection its container.
    private static bool WithoutAttenuatedWishes(XElement cluster)
    {
        HashSet<string> followed =
        [
            .. cluster.Descendants("group").Where(g => g.Elements("primitive").Skip(1).Any()).Select(Id),
            .. cluster.Descendants("rsc_colocation").Where(c => Weight(c) is null).Attributes("with-rsc").Select(a => a.Value),
            .. cluster.Descendants("primitive").Where(p => p.Elements("meta_attributes").Elements("nvpair").Any(m => m.Attribute("name")?.Value == "remote-node")).Select(Id),
        ];
        return Remove(cluster.Descendants("rsc_colocation").Where(c => Weight(c) is not null and not 0 && Named(c).Any(followed.Contains)));
    }

    private static bool WithoutGroupCompanions(XElement cluster)
    {
        HashSet<string> groups = [.. cluster.Descendants("group").Select(Id)];
        return Remove(cluster.Descendants("rsc_colocation").Where(c => Weight(c) is null && Named(c).Any(groups.Contains)));
    }

    private static bool WithoutBundleOrders(XElement cluster)
    {
        HashSet<string> bundles = [.. cluster.Descendants("bundle").Select(Id)];
        return Remove(cluster.Descendants("rsc_order").Where(o => Named(o).Any(bundles.Contains)));
    }

    // Of what expires later nothing has expired.
    private static bool WithoutExpiry(XElement cluster) =>
        Remove(cluster.Descendants("nvpair").Where(p => p.Attribute("name")?.Value == "failure-timeout"));

    private static bool WithoutBundleRoles(XElement cluster)
    {
        HashSet<string> bundles = [.. cluster.Descendants("bundle").Select(Id)];
        return Remove(cluster.Descendants("rsc_colocation").Where(c => HasRole(c) && Named(c).Any(bundles.Contains)));
    }

    private static bool WithoutGroupPromotionWishes(XElement cluster)
    {
        HashSet<string> cloned = [.. cluster.Descendants("clone").Where(c => c.Element("group") is not null).DescendantsAndSelf().Select(Id)];
        return Remove(cluster.Descendants("rsc_colocation").Where(c => HasRole(c) && Named(c).Any(cloned.Contains)));
    }

    private static bool WithoutNodeMaintenance(XElement cluster) =>
        Remove(cluster.Descendants("nodes").Descendants("nvpair").Where(p => p.Attribute("name")?.Value == "maintenance"));

    private static bool WithoutSerialization(XElement cluster) =>
        Remove(cluster.Descendants("rsc_order").Where(o => o.Attribute("kind")?.Value == "Serialize"));

    private static bool WithoutScoreAttributes(XElement cluster) =>
        Remove(cluster.Descendants("rule").Where(r => r.Attribute("score-attribute") is not null)
            .Select(r => r.Parent?.Name.LocalName == "rsc_location" ? r.Parent : r).Distinct());

    private static bool WithoutUndigestedFailures(XElement cluster) =>
        Remove(cluster.Descendants("lrm_rsc_op").Where(o =>
            Id(o).EndsWith("_last_failure_0", StringComparison.Ordinal) && o.Attribute("op-digest") is null));

    private static bool WithoutOneOrMore(XElement cluster) =>
        Remove(cluster.Descendants().Where(e => e.Attribute("require-all")?.Value == "false")
                .Select(e => e.AncestorsAndSelf("rsc_order").First()).Distinct())
        | Remove(cluster.Descendants("nvpair").Where(p => p.Attribute("name")?.Value is "clone-min"));

    private static bool WithoutUnpromotedDislikes(XElement cluster) =>
        Remove(cluster.Descendants("rsc_colocation").Where(
            c => Weight(c) < 0 && c.Attribute("rsc-role")?.Value is "Unpromoted" or "Slave"));

    private static bool WithoutAvoidance(XElement cluster) =>
        Remove(cluster.Descendants("rsc_colocation").Where(c => Weight(c) < 0));

    private static bool HasRole(XElement colocation) => colocation.DescendantsAndSelf().Attributes()
        .Any(a => a.Name.LocalName is "rsc-role" or "with-rsc-role" or "role" && a.Value != "Started");

    private static bool Remove(IEnumerable<XElement> parts)
    {
        XElement[] removed = [.. parts];
        foreach (XElement part in removed)
            part.Remove();
        return removed.Length > 0;
    }

    // Null where it is infinite.
    private static int? Weight(XElement colocation)
    {
        string? score = colocation.Attribute("score")?.Value;
        return score?.EndsWith("INFINITY", StringComparison.Ordinal) == true ? null
            : int.TryParse(score, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight) ? weight : 0;
    }

    private static bool IsWish(XElement colocation) =>
        int.TryParse(colocation.Attribute("score")?.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int score) && score > 0;

    private static IEnumerable<string> Named(XElement colocation) => colocation.DescendantsAndSelf().Attributes()
        .Where(a => a.Name.LocalName is "rsc" or "with-rsc" or "first" or "then" || a.Name.LocalName == "id" && a.Parent!.Name.LocalName == "resource_ref")
        .Select(a => a.Value);

    private static bool WithStickyInstances(XElement cluster)
    {
        XElement[] collectives = [.. cluster.Descendants().Where(e => e.Name.LocalName is "clone" or "bundle")];
        foreach (XElement part in collectives.DescendantsAndSelf().Where(e => e.Name.LocalName is "clone" or "bundle" or "primitive").ToList())
        {
            part.Elements("meta_attributes").Elements("nvpair").Where(p => p.Attribute("name")?.Value == "resource-stickiness").Remove();
            XElement sticky = new(
                "nvpair", new XAttribute("id", Id(part) + "-sticky"), new XAttribute("name", "resource-stickiness"),
                new XAttribute("value", "INFINITY"));
            XElement set = new("meta_attributes", new XAttribute("id", Id(part) + "-stay"), sticky);
            // Meta attributes come first in a clone and a primitive, last but the service in a bundle.
            if (part.Elements("meta_attributes").FirstOrDefault() is { } known)
                known.Add(sticky);
            else if (part.Name.LocalName == "bundle" && part.Element("primitive") is { } service)
                service.AddBeforeSelf(set);
            else if (part.Name.LocalName == "bundle")
                part.Add(set);
            else
                part.AddFirst(set);
        }

        return collectives.Length > 0;
    }

    private static string Id(XElement element) => element.Attribute("id")?.Value ?? "";
}
