using System.Xml.Linq;

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

    /// <summary>Every top-level constraint.</summary>
    public IEnumerable<XElement> Constraints => Section("constraints").Elements();

    /// <summary>Every resource, inner ones too, in the order of the document.</summary>
    public IEnumerable<XElement> Resources => Section("resources").Descendants().Where(e => s_resources.Contains(e.Name.LocalName));

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

    /// <summary>An id that nothing has yet: the one wished, or that with a number.</summary>
    public string FreeId(string wish)
    {
        HashSet<string?> taken = [.. _configuration.Descendants().Select(IdOf)];
        string id = wish;
        for (int n = 2; taken.Contains(id); n++)
            id = $"{wish}-{n}";
        return id;
    }

    /// <summary>An element's id.</summary>
    public static string? IdOf(XElement element) => (string?)element.Attribute("id");

    private static CommandException Unknown(string kind, string name, IEnumerable<string?> known)
    {
        string[] names = [.. known.OfType<string>()];
        string remedy = names.Length == 0
            ? $"no {kind} is configured (truce config show)"
            : $"name one of {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}";
        return new CommandException(ExitCode.BadInput, $"no {kind} {name} is configured", remedy);
    }
}
