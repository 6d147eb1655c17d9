using System.Xml.Linq;

using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>
/// What Pacemaker itself decides otherwise since 2.1.5, so that a difference from it is no fault of ours. A change explains a
/// difference only if there is none once the cluster is put so that it means the same before and after the change.
/// </summary>
internal static class KnownDifferences
{
    private static readonly (string Change, Func<XElement, bool> Rewrite)[] s_changes =
    [
        ("3.0: clone-node-max above 1 makes a clone globally-unique by itself", UniqueByNumber),
    ];

    /// <summary>The changes of version that explain the difference; null if none do.</summary>
    public static string? Find(XElement cluster)
    {
        XElement rewritten = new(cluster);
        string[] changes = [.. s_changes.Where(c => c.Rewrite(rewritten)).Select(c => c.Change)];
        if (changes.Length == 0)
            return null;
        CaseResult result = DifferentialRun.Compare("rewritten", rewritten).Result;
        return SeedResult.Compared.All(l => result.Levels.GetValueOrDefault(l)) ? string.Join("; ", changes) : null;
    }

    private static bool UniqueByNumber(XElement cluster)
    {
        bool any = false;
        foreach (XElement clone in cluster.Descendants("clone"))
        {
            XElement[] sets = [.. clone.Elements("meta_attributes")];
            XElement[] pairs = [.. sets.Elements("nvpair")];
            if (pairs.Any(p => p.Attribute("name")?.Value == "globally-unique")
                || !pairs.Any(p => p.Attribute("name")?.Value == "clone-node-max" && p.Attribute("value")?.Value is not ("0" or "1")))
                continue;
            sets[0].Add(new XElement(
                "nvpair", new XAttribute("id", clone.Attribute("id")!.Value + "-unique"),
                new XAttribute("name", "globally-unique"), new XAttribute("value", "true")));
            any = true;
        }

        return any;
    }
}
