using System.Xml.Linq;
using Truce.Model;

namespace Truce.Cli.Editing;

/// <summary>
/// A configuration being changed by a command. It works on the XML that the cluster handed out, so that what
/// a command doesn't touch stays as it was; the cluster checks the whole before it takes it.
/// </summary>
internal sealed class CibDocument
{
    private static readonly string[] s_resources = ["primitive", "group", "clone", "master", "bundle"];

    private readonly XElement _root;
    private readonly XElement _configuration;

    private CibDocument(XElement root, XElement configuration) => (_root, _configuration) = (root, configuration);

    /// <summary>The XML, for submitting.</summary>
    public string Text => _root.ToString();

    /// <summary>The element <c>configuration</c>.</summary>
    public XElement Root => _configuration;

    /// <summary>Takes another configuration over; false if there is no difference.</summary>
    public bool Replace(XElement configuration)
    {
        if (!ConfigurationDifference.Between(_configuration, configuration).Any())
            return false;
        _configuration.ReplaceAll(configuration.Attributes(), configuration.Elements());
        return true;
    }

    /// <summary>Every top-level constraint.</summary>
    public IEnumerable<XElement> Constraints => Section("constraints").Elements();

    /// <summary>Every resource, inner ones too, in the order of the document.</summary>
    public IEnumerable<XElement> Resources => Section("resources").Descendants().Where(IsResource);

    /// <summary>Whether an element is a resource of whatever kind.</summary>
    public static bool IsResource(XElement element) => s_resources.Contains(element.Name.LocalName);

    /// <summary>Every node.</summary>
    public IEnumerable<XElement> Nodes => Section("nodes").Elements("node");

    /// <summary>Reads what the cluster handed out.</summary>
    public static CibDocument Parse(string xml)
    {
        XElement root = XElement.Parse(xml);
        XElement? configuration = root.Name.LocalName == "configuration" ? root : root.Element("configuration");
        return new CibDocument(root, configuration
            ?? throw new InvalidOperationException($"a configuration without a configuration element: {root.Name}"));
    }

    /// <summary>A section, made if it isn't there.</summary>
    public XElement Section(string name)
    {
        XElement? section = _configuration.Element(name);
        if (section is null)
            _configuration.Add(section = new XElement(name));
        return section;
    }

    /// <summary>A node by name.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public XElement Node(string name) =>
        Nodes.FirstOrDefault(n => (string?)n.Attribute("uname") == name)
        ?? throw Unknown("node", name, Nodes.Select(n => (string?)n.Attribute("uname")));

    /// <summary>A resource by id.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public XElement Resource(string id) =>
        Resources.FirstOrDefault(r => IdOf(r) == id) ?? throw Unknown("resource", id, Resources.Select(IdOf));

    /// <summary>The primitive of that id, or the only one inside of what has that id.</summary>
    /// <exception cref="CommandException">There is none, or there are several.</exception>
    public XElement Primitive(string id)
    {
        XElement[] inside = [.. Resource(id).DescendantsAndSelf("primitive")];
        return inside is [var one] ? one : throw new CommandException(
            ExitCode.BadInput, $"{id} is a {Resource(id).Name.LocalName} of {inside.Length} resources",
            $"name one of them: {string.Join(", ", inside.Select(IdOf))}");
    }

    /// <summary>A primitive's agent, its template's if it has none of its own; null if that is
    /// unknown.</summary>
    public AgentName? AgentOf(XElement primitive)
    {
        XElement described = (string?)primitive.Attribute("template") is { } template
            ? Section("resources").Elements("template").FirstOrDefault(t => IdOf(t) == template) ?? primitive
            : primitive;
        return (string?)described.Attribute("class") is { } name
            && (string?)described.Attribute("type") is { } type
            ? new AgentName(name, (string?)described.Attribute("provider"), type)
            : null;
    }

    /// <summary>An id that nothing has yet: the one wished, or that with a number. What an id can't
    /// contain is replaced.</summary>
    public string FreeId(string wish)
    {
        HashSet<string?> taken = [.. _configuration.Descendants().Select(IdOf)];
        string legal =
            string.Concat(wish.Select(c => char.IsAsciiLetterOrDigit(c) || "-_.".Contains(c) ? c : '_'));
        string id = legal;
        for (int n = 2; taken.Contains(id); n++)
            id = $"{legal}-{n}";
        return id;
    }

    /// <summary>Whether anything but a node has that id.</summary>
    public bool HasId(string id) =>
        _configuration.Elements().Where(s => s.Name.LocalName != "nodes").Descendants().Any(e =>
            IdOf(e) == id);

    /// <summary>An element's id.</summary>
    public static string? IdOf(XElement element) => (string?)element.Attribute("id");

    /// <summary>Something isn't configured: names what was probably meant, or what there is.</summary>
    public static CommandException Unknown(string kind, string name, IEnumerable<string?> known)
    {
        string[] names = [.. known.OfType<string>()];
        string remedy = names.Length == 0
            ? $"no {kind} is configured (truce config show)"
            : NearestName.Hint(name, names)
                + $"name one of {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}";
        return new CommandException(ExitCode.BadInput, $"no {kind} {name} is configured", remedy);
    }
}
