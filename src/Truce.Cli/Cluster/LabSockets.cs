using System.Collections.Immutable;
using Truce.Lab;

namespace Truce.Cli.Cluster;

/// <summary>The sockets of a lab's nodes.</summary>
internal static class LabSockets
{
    /// <summary>One node's.</summary>
    public static string Of(CliContext context, string node) =>
        Path.Combine(Folder(context), "nodes", node, "run", "api.sock");

    /// <summary>One node's, as named on the command line.</summary>
    /// <exception cref="CommandException">There is a lab, and it has no such node.</exception>
    public static string Named(CliContext context, string node)
    {
        string nodes = Path.Combine(Folder(context), "nodes");
        return !Directory.Exists(nodes) || Directory.Exists(Path.Combine(nodes, node))
            ? Of(context, node)
            : throw new CommandException(
                ExitCode.BadInput, $"the lab has no node {node}",
                $"name one of {string.Join(", ", Nodes(nodes))}");
    }

    /// <summary>Those of all nodes that have one, n1 first.</summary>
    public static IReadOnlyList<string> All(CliContext context)
    {
        string nodes = Path.Combine(Folder(context), "nodes");
        return !Directory.Exists(nodes)
            ? []
            : [.. Nodes(nodes)
                .Select(name => Of(context, name))
                .Where(File.Exists)];
    }

    /// <summary>The folders of agents that the lab offers, by provider; empty without a lab.</summary>
    public static ImmutableSortedDictionary<string, string> Agents(CliContext context)
    {
        string agents = LabPaths.FromEnvironment(context.Environment("TRUCE_LAB_DIR")).Agents;
        return !Directory.Exists(agents)
            ? ImmutableSortedDictionary<string, string>.Empty
            : Directory.GetDirectories(agents).ToImmutableSortedDictionary(d => Path.GetFileName(d), d => d);
    }

    private static IEnumerable<string> Nodes(string folder) => Directory.GetDirectories(folder)
        .Select(one => Path.GetFileName(one)!)
        .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal);

    private static string Folder(CliContext context) => LabPaths.FromEnvironment(context.Environment("TRUCE_LAB_DIR")).Root;
}
