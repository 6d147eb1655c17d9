using System.Xml.Linq;

namespace Truce.Cli.Editing;

/// <summary>Every node that a configuration knows: members, remote nodes, guests and bundles'
/// instances.</summary>
internal static class KnownNodes
{
    /// <summary>Requires that a node is known.</summary>
    /// <exception cref="CommandException">It isn't.</exception>
    public static void Require(this CibDocument document, string node)
    {
        string[] known = [.. Of(document)];
        bool isInstance = document.Resources.Where(r => r.Name.LocalName == "bundle").Select(CibDocument.IdOf)
            .Any(b => node.StartsWith(b + "-", StringComparison.Ordinal));
        if (!isInstance && !known.Contains(node))
            throw CibDocument.Unknown("node", node, known);
    }

    private static IEnumerable<string> Of(CibDocument document) => document.Nodes
        .Select(n => (string?)n.Attribute("uname"))
        .Concat(document.Resources.Where(IsRemote).Select(CibDocument.IdOf))
        .Concat(document.Resources.Select(r => r.Pair("meta_attributes", "remote-node")))
        .OfType<string>().Distinct();

    private static bool IsRemote(XElement resource) =>
        ((string?)resource.Attribute("provider"), (string?)resource.Attribute("type")) is ("pacemaker",
            "remote");
}
