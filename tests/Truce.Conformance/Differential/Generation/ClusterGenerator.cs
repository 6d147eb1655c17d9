using System.Globalization;
using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>A cluster made up from a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Document">Its CIB, in the words of Pacemaker 2.1.5.</param>
/// <param name="Features">What it uses.</param>
/// <param name="Resources">How many primitives it has, a clone's or bundle's counted once.</param>
internal sealed record GeneratedCluster(int Seed, XElement Document, IReadOnlySet<string> Features, int Resources);

/// <summary>Makes up small clusters that use every feature of the scheduler, each from a seed.</summary>
internal static class ClusterGenerator
{
    /// <summary>The cluster of a seed; the same forever, as long as the generator isn't changed.</summary>
    public static GeneratedCluster Make(int seed)
    {
        Draft draft = new(seed);
        NodeParts.AddOptions(draft);
        NodeParts.Add(draft);
        ResourceParts.Add(draft);
        ConstraintParts.Add(draft);
        XElement status = HistoryParts.Make(draft, s => Document(draft, s));
        XElement document = Document(draft, status);
        return new GeneratedCluster(seed, document, draft.Features, document.Descendants("primitive").Count());
    }

    private static XElement Document(Draft draft, XElement status)
    {
        XElement configuration = new(
            "configuration",
            new XElement("crm_config", new XElement(draft.Options)),
            new XElement(draft.NodeSection),
            new XElement(draft.Resources),
            new XElement(draft.Constraints));
        foreach (XElement section in new[] { draft.ResourceDefaults, draft.OperationDefaults, draft.Levels, draft.Tags })
        {
            if (section.HasElements)
                configuration.Add(new XElement(section));
        }

        return new XElement(
            "cib",
            new XAttribute("crm_feature_set", "3.16.1"),
            new XAttribute("validate-with", "pacemaker-3.9"),
            new XAttribute("epoch", 1),
            new XAttribute("num_updates", 0),
            new XAttribute("admin_epoch", 0),
            new XAttribute("have-quorum", draft.Quorate ? "1" : "0"),
            new XAttribute("dc-uuid", 1),
            new XAttribute("execution-date", draft.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            configuration,
            new XElement(status));
    }
}
