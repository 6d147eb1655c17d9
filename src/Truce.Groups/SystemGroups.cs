using Truce.Model;

namespace Truce.Groups;

/// <summary>The groups of the servers themselves: whoever has a session may watch them, and nobody joins
/// them.</summary>
public static class SystemGroups
{
    /// <summary>The configured nodes.</summary>
    public static GroupName Hosts { get; } = new("hosts");

    /// <summary>The network links between them.</summary>
    public static GroupName Links { get; } = new("links");

    /// <summary>Whether a name is one of theirs.</summary>
    public static bool Has(GroupName name) => name == Hosts || name == Links;

    /// <summary>One of them as it is; null: it is none.</summary>
    internal static NoticeBody? Now(GroupsState state, GroupName name) =>
        name == Hosts ? new NoticeBody.HostsChanged([], [], state.Hosts)
        : name == Links ? new NoticeBody.LinksChanged([], state.Links)
        : null;
}

/// <summary>A configured node.</summary>
/// <param name="Node">The node.</param>
/// <param name="State">How it is, as far as Group Services knows.</param>
public sealed record Host(NodeId Node, HostState State);

/// <summary>How a node is.</summary>
public enum HostState
{
    /// <summary>Its server wasn't heard since the servers' memory began.</summary>
    Unseen,

    /// <summary>Its server takes part.</summary>
    Up,

    /// <summary>Its server doesn't take part; its clients may still act.</summary>
    Lost,

    /// <summary>Its server doesn't take part, and the leases of its clients have ended.</summary>
    Gone,

    /// <summary>It is proven off.</summary>
    Off,
}

/// <summary>A network link between two nodes, as one of them sees it.</summary>
/// <param name="From">The node that reports it.</param>
/// <param name="To">The node at its other end.</param>
/// <param name="Number">The link's number.</param>
/// <param name="State">Whether it carries.</param>
public sealed record HostLink(NodeId From, NodeId To, int Number, HostLinkState State);

/// <summary>Whether a link carries.</summary>
public enum HostLinkState
{
    /// <summary>It does.</summary>
    Up,

    /// <summary>It doesn't.</summary>
    Down,
}
