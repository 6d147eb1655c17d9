using System.Xml;
using System.Xml.Linq;
using Truce.Agents.Describing;
using Truce.Model;

namespace Truce.Agents.Bench.Reading;

/// <summary>Something in metadata that isn't as the OCF schema has it.</summary>
/// <param name="What">One sentence.</param>
/// <param name="IsGrave">Whether a cluster or a tool stumbles over it.</param>
internal sealed record MetadataBreach(string What, bool IsGrave);

/// <summary>The rules of OCF's schema (ra-api 1.0 and 1.1), as far as the reader of metadata
/// (<see cref="MetadataReader"/>) is more lenient.</summary>
internal static class MetadataRules
{
    private static readonly string[] s_timed =
        [OperationNames.Start, OperationNames.Stop, OperationNames.Monitor];

    private static readonly string[] s_types =
        ["string", "integer", "boolean", "select", "second", "time", "percentage"];

    /// <summary>All breaches. What isn't XML at all has been reported by the reader.</summary>
    public static IEnumerable<MetadataBreach> Check(string xml)
    {
        XElement? root = Parse(xml);
        return root is null ? [] : [.. Head(root), .. Parameters(root), .. Actions(root)];
    }

    private static IEnumerable<MetadataBreach> Head(XElement root)
    {
        if (root.Attribute("name") is null)
            yield return new MetadataBreach("the agent has no name attribute", true);
        if (root.Element("version") is null && root.Attribute("version") is null)
            yield return new MetadataBreach("no version is given", false);
        if (string.IsNullOrWhiteSpace(root.Element("longdesc")?.Value))
            yield return new MetadataBreach("the agent has no longdesc", false);
        if (string.IsNullOrWhiteSpace(root.Element("shortdesc")?.Value)
            && root.Attribute("shortdesc") is null)
            yield return new MetadataBreach("the agent has no shortdesc", false);
        if (root.Element("actions") is null)
            yield return new MetadataBreach("there is no <actions>", true);
    }

    private static IEnumerable<MetadataBreach> Parameters(XElement root)
    {
        foreach (XElement parameter in root.Elements("parameters").Elements("parameter"))
        {
            string name = parameter.Attribute("name")?.Value ?? "?";
            string? type = parameter.Element("content")?.Attribute("type")?.Value;
            if (type is null)
                yield return new MetadataBreach($"parameter {name} has no type", false);
            else if (!s_types.Contains(type))
                yield return new MetadataBreach($"parameter {name}: the schema has no type {type}", false);
            if (parameter.Element("shortdesc") is null)
                yield return new MetadataBreach($"parameter {name} has no shortdesc", false);
        }
    }

    private static IEnumerable<MetadataBreach> Actions(XElement root)
    {
        ILookup<string, XElement> actions = root.Elements("actions").Elements("action")
            .ToLookup(a => a.Attribute("name")?.Value ?? "");
        foreach (string action in s_timed.Where(a => actions[a].Any(e => e.Attribute("timeout") is null)))
            yield return new MetadataBreach(
                $"action {action} has no timeout: nobody can tell how long to wait for it", true);
        if (!actions[OperationNames.ValidateAll].Any())
            yield return new MetadataBreach("validate-all isn't advertised", false);
        if (actions[OperationNames.Promote].Any() != actions[OperationNames.Demote].Any())
            yield return new MetadataBreach("promote and demote come only together", true);
    }

    private static XElement? Parse(string xml)
    {
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(xml.TrimStart()),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
