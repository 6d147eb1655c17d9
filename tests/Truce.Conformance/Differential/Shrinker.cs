using System.Text.RegularExpressions;
using System.Xml.Linq;

using Truce.Conformance.Judging;

namespace Truce.Conformance.Differential;

/// <summary>Makes a cluster smaller as long as the two schedulers still differ over it, so that one can see why.</summary>
internal sealed partial class Shrinker(Level level, string folder)
{
    private IReadOnlySet<string> _wanted = new HashSet<string>();
    private bool _explained;

    /// <summary>A smaller cluster with a difference; the same one where nothing can be left out.</summary>
    public XElement Shrink(XElement cluster)
    {
        _wanted = Difference(cluster);
        _explained = level != Level.L3 || KnownDifferences.Find(cluster, DebianSimulator.Ask(cluster, folder)) is not null;
        XElement smallest = new(cluster);
        for (bool smaller = true; smaller;)
        {
            smaller = false;
            for (int i = 0; i < Parts(smallest).Count; i++)
            {
                while (i < Parts(smallest).Count && Without(smallest, i) is { } without && Differs(without))
                {
                    smallest = without;
                    smaller = true;
                }
            }
        }

        return smallest;
    }

    // Another difference than the one we are after may turn up on the way; it isn't followed. Nor is a part of it that a
    // change of version explains, unless all of it was.
    private bool Differs(XElement cluster)
    {
        HashSet<string> difference = Difference(cluster);
        return difference.Count > 0 && difference.IsSubsetOf(_wanted) && (_explained || KnownDifferences.Find(cluster, DebianSimulator.Ask(cluster, folder)) is null);
    }

    private HashSet<string> Difference(XElement cluster)
    {
        Answers expected = DebianSimulator.Ask(cluster, folder);
        if (expected.Graph is null || !expected.Summary!.Contains("Revised Cluster Status", StringComparison.Ordinal))
            return [];
        CaseResult result = Judging.Conformance.Run(new RecordedCase("smaller", "", [], ""), cluster.ToString(), expected);
        return result.Failure is null && !result.Levels[level] ? Kinds(expected, result.Got) : [];
    }

    private HashSet<string> Kinds(Answers expected, Answers got)
    {
        IEnumerable<string> all = level switch
        {
            Level.L3 => Only(Actions(expected), Actions(got), "-").Concat(Only(Actions(got), Actions(expected), "+")),
            Level.L4 => Only(Orders(expected), Orders(got), "-").Concat(Only(Orders(got), Orders(expected), "+")),
            _ => ["differs"],
        };
        return [.. all.Select(l => Number().Replace(l, "N"))];
    }

    private static IEnumerable<string> Only(IReadOnlyCollection<string> these, IReadOnlyCollection<string> notThose, string sign) =>
        these.Except(notThose).Select(l => sign + l);

    private static IReadOnlyList<string> Actions(Answers answers) => GraphText.Parse(answers.Graph)!.Actions;

    private static HashSet<string> Orders(Answers answers) =>
        [.. GraphText.Parse(answers.Graph)!.Closure().Keys.Select(k => k.Earlier + " -> " + k.Later)];

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    // Biggest first: a whole resource or node state before its parts.
    private static List<XElement> Parts(XElement cluster) =>
        [.. cluster.Elements().Elements().Elements().Concat(cluster.Elements().Elements().Elements().Descendants())
            .Where(e => e.Name.LocalName is not ("node" or "cluster_property_set" or "lrm_resources"))];

    private static XElement? Without(XElement cluster, int place)
    {
        XElement copy = new(cluster);
        XElement part = Parts(copy)[place];
        string? id = part.Attribute("id")?.Value;
        part.Remove();
        if (id is not null && part.Name.LocalName is "primitive" or "group" or "clone" or "bundle")
            Forget(copy, [.. part.DescendantsAndSelf().Attributes("id").Select(a => a.Value)]);
        return copy;
    }

    private static void Forget(XElement copy, HashSet<string> ids)
    {
        foreach (XElement element in copy.Descendants().ToList())
        {
            bool names = element.Attributes().Any(a => a.Name.LocalName is "rsc" or "with-rsc" or "first" or "then" && ids.Contains(a.Value))
                || (element.Name.LocalName is "resource_ref" or "obj_ref" && ids.Contains(element.Attribute("id")!.Value));
            if (names && element.Parent is not null)
                element.Remove();
        }
    }
}
