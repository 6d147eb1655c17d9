using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Model.Corosync;

/// <summary>A link from this node to another one.</summary>
/// <param name="Node">The other node's number.</param>
/// <param name="Link">The link.</param>
/// <param name="Path">From which address to which.</param>
/// <param name="State">Whether pings come back, which takes both directions.</param>
public sealed record CorosyncLinkState(int Node, int Link, string Path, LinkConnection State);

/// <summary>Whether a link carries anything.</summary>
public enum LinkConnection
{
    /// <summary>No answer comes back.</summary>
    Broken,

    /// <summary>Both directions work.</summary>
    Connected,
}

/// <summary>
/// What a running Corosync says of itself: the output of <c>corosync-cfgtool -n</c> (only nodes that are
/// reached stand in it) and of <c>corosync-cmapctl totem.config_version nodelist.node.</c>
/// </summary>
/// <param name="Reached">Numbers of the nodes that it reaches.</param>
/// <param name="Links">The links to them.</param>
/// <param name="Version">The version of the file that it runs with; null: it says none.</param>
/// <param name="Names">The nodes that it knows.</param>
public sealed record CorosyncRuntime(
    ImmutableArray<int> Reached, ImmutableArray<CorosyncLinkState> Links, int? Version,
        ImmutableArray<string> Names)
{
    private const string Node = "nodeid:";
    private const string Link = "LINK:";

    /// <summary>Reads both outputs; what isn't understood is left out.</summary>
    public static CorosyncRuntime Parse(string links, string map)
    {
        ArgumentNullException.ThrowIfNull(links);
        ArgumentNullException.ThrowIfNull(map);
        ImmutableArray<int>.Builder reached = ImmutableArray.CreateBuilder<int>();
        ImmutableArray<CorosyncLinkState>.Builder states = ImmutableArray.CreateBuilder<CorosyncLinkState>();
        foreach (string line in links.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith(Node, StringComparison.Ordinal) && First(line[Node.Length..]) is { } node)
                reached.Add(node);
            else if (line.StartsWith(Link, StringComparison.Ordinal) && reached.Count > 0
                && First(line[Link.Length..]) is { } link)
                states.Add(new CorosyncLinkState(reached[^1], link, Between(line), StateOf(line)));
        }

        return new CorosyncRuntime(reached.ToImmutable(), states.ToImmutable(), VersionIn(map),
            [.. NamesIn(map)]);
    }

    private static int? First(string text) =>
        int.TryParse(text.Trim().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture,
            out int number)
            ? number : null;

    private static LinkConnection StateOf(string line) =>
        line.Split(' ').Contains("connected") ? LinkConnection.Connected : LinkConnection.Broken;

    private static string Between(string line)
    {
        int open = line.IndexOf('(', StringComparison.Ordinal), close = line.IndexOf(')',
            StringComparison.Ordinal);
        return open >= 0 && close > open
            ? line[(open + 1)..close].Replace("->", " to ", StringComparison.Ordinal) : "";
    }

    // totem.config_version (u64) = 3
    private static int? VersionIn(string map) =>
        ValuesOf(map).FirstOrDefault(v => v.Key == "totem.config_version").Value is { } text ? First(text)
            : null;

    // nodelist.node.0.name (str) = web1
    private static IEnumerable<string> NamesIn(string map) =>
        from value in ValuesOf(map)
        where value.Key.StartsWith("nodelist.node.", StringComparison.Ordinal)
            && value.Key.EndsWith(".name", StringComparison.Ordinal)
        select value.Value;

    private static IEnumerable<(string Key, string Value)> ValuesOf(string map) =>
        from line in map.Split('\n')
        let parts = line.Split(" = ", 2)
        where parts.Length == 2
        select (parts[0].Split(' ')[0], parts[1].Trim());
}
