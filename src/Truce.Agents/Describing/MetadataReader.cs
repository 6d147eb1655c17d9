using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;
using Truce.Model;

namespace Truce.Agents.Describing;

/// <summary>Reads agents' metadata: OCF 1.0 and 1.1, and that of fence agents.</summary>
public static class MetadataReader
{
    private const int CharactersMax = 4 * 1024 * 1024;

    private static readonly string[] s_resourceActions =
        [OperationNames.Start, OperationNames.Stop, OperationNames.Monitor, OperationNames.MetaData];
    private static readonly string[] s_fenceActions = [OperationNames.Monitor, OperationNames.FenceMetadata];

    /// <summary>Reads what an agent printed. Document types are skipped (many agents
    /// name one), never fetched.</summary>
    /// <param name="xml">The metadata.</param>
    /// <param name="kind">Decides which actions must be there.</param>
    public static AgentDescription Read(string xml, Ports.AgentKind kind)
    {
        ArgumentNullException.ThrowIfNull(xml);
        XElement root;
        try
        {
            XmlReaderSettings settings = new()
            {
                DtdProcessing = DtdProcessing.Ignore,
                XmlResolver = null,
                MaxCharactersInDocument = CharactersMax,
            };
            // Some agents print empty lines before the XML declaration.
            using XmlReader reader = XmlReader.Create(new StringReader(xml.TrimStart()), settings);
            root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException e)
        {
            return new AgentDescription(null, [new MetadataFinding(e.LineNumber, $"not XML: {e.Message}")], xml);
        }

        if (root.Name.LocalName != "resource-agent")
            return new AgentDescription(
                null, [new MetadataFinding(Line(root), $"is a <{root.Name.LocalName}>, not a <resource-agent>")], xml);
        List<MetadataFinding> findings = [];
        AgentMetadata metadata = Agent(root, findings);
        CheckActions(metadata, kind, findings);
        return new AgentDescription(metadata, [.. findings], xml);
    }

    private static AgentMetadata Agent(XElement root, List<MetadataFinding> findings) => new(
        Attribute(root, "name") ?? "",
        Attribute(root, "version") ?? "",
        Child(root, "version") is { Length: > 0 } version ? version : "1.0",
        Child(root, "shortdesc") is { Length: > 0 } text ? text : Attribute(root, "shortdesc") ?? "",
        Child(root, "longdesc"),
        Parameters(root, findings),
        [.. root.Elements("actions").Elements("action").Select(a => Action(a, findings))]);

    private static ImmutableArray<AgentParameter> Parameters(XElement root, List<MetadataFinding> findings)
    {
        ImmutableArray<AgentParameter>.Builder all = ImmutableArray.CreateBuilder<AgentParameter>();
        ILookup<string, string> replacements = root.Elements("parameters").Elements("parameter")
            .Where(p => Attribute(p, "obsoletes") is not null)
            .ToLookup(p => Attribute(p, "obsoletes")!, p => Attribute(p, "name") ?? "");
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (XElement element in root.Elements("parameters").Elements("parameter"))
        {
            AgentParameter parameter = Parameter(element, replacements);
            if (parameter.Name.Length == 0)
                findings.Add(new MetadataFinding(Line(element), "a parameter has no name"));
            else if (!seen.Add(parameter.Name))
                findings.Add(new MetadataFinding(Line(element), $"parameter {parameter.Name} is listed twice"));
            else
                all.Add(parameter);
        }

        return all.ToImmutable();
    }

    private static AgentParameter Parameter(XElement element, ILookup<string, string> replacements)
    {
        string name = Attribute(element, "name") ?? "";
        XElement? content = element.Element("content");
        return new AgentParameter(
            name,
            content is null ? "string" : Attribute(content, "type") ?? "string",
            content is null ? null : Attribute(content, "default"),
            IsTrue(element, "required"),
            Attribute(element, "unique-group") ?? (IsTrue(element, "unique") ? name : null),
            IsTrue(element, "reloadable"),
            IsTrue(element, "deprecated") || element.Element("deprecated") is not null,
            [.. element.Elements("deprecated").Elements("replaced-with").Select(r => Attribute(r, "name") ?? "")
                .Concat(replacements[name])],
            [.. content?.Elements("option").Select(o => Attribute(o, "value") ?? "") ?? []],
            Child(element, "shortdesc"),
            Child(element, "longdesc"));
    }

    private static AgentAction Action(XElement element, List<MetadataFinding> findings) => new(
        Attribute(element, "name") ?? "",
        Time(element, "timeout", findings),
        Time(element, "interval", findings),
        Time(element, "start-delay", findings),
        Attribute(element, "depth"),
        Attribute(element, "role"),
        IsTrue(element, "on_target"),
        IsTrue(element, "automatic"));

    private static TimeSpan? Time(XElement element, string name, List<MetadataFinding> findings)
    {
        string? text = Attribute(element, name);
        TimeSpan? time = AgentTime.TryParse(text);
        if (text is not null && time is null)
            findings.Add(new MetadataFinding(
                Line(element), $"action {Attribute(element, "name")}: {name}=\"{text}\" is not a duration"));
        return time;
    }

    private static void CheckActions(AgentMetadata metadata, Ports.AgentKind kind, List<MetadataFinding> findings)
    {
        string[] needed = kind == Ports.AgentKind.Resource ? s_resourceActions : s_fenceActions;
        foreach (string action in needed.Where(a => !metadata.Supports(a)))
            findings.Add(new MetadataFinding(0, $"doesn't list the action {action}"));
        foreach (AgentAction action in metadata.Actions.Where(a => a.Name.Length == 0))
            findings.Add(new MetadataFinding(0, "an action has no name"));
    }

    private static string? Attribute(XElement element, string name) => element.Attribute(name)?.Value;

    private static bool IsTrue(XElement element, string name) =>
        Attribute(element, name)?.ToLowerInvariant() is "1" or "true" or "yes" or "on";

    /// <summary>The text of a child, in English where there is a choice.</summary>
    private static string Child(XElement element, string name) => (element.Elements(name)
        .OrderBy(e => Attribute(e, "lang") is null or "en" ? 0 : 1).FirstOrDefault()?.Value ?? "").Trim();

    private static int Line(XElement element) => ((IXmlLineInfo)element).LineNumber;
}
