using System.Collections.Immutable;

namespace Truce.Lab;

/// <summary>How the nodes of a lab are kept apart, strongest first.</summary>
public enum Isolation
{
    /// <summary>As root: each node has its own network, mounts, host name,
    /// processes, devices and cgroup.</summary>
    Hosts,

    /// <summary>Without root: the same below one user namespace; no block devices, no cgroup.</summary>
    UserNamespaces,

    /// <summary>The kernel allows neither: a node is a tree of processes with folders of its own.</summary>
    Processes,
}

/// <summary>What carries the messages between the nodes.</summary>
public enum LabEngine
{
    /// <summary>The sequencer of one machine.</summary>
    Local,

    /// <summary>Corosync on the nodes' links.</summary>
    Corosync,
}

/// <summary>One node of a lab.</summary>
/// <param name="Name">n1, n2, …</param>
/// <param name="Number">Its number: the last part of its addresses.</param>
public sealed record LabNode(string Name, int Number);

/// <summary>A folder of agents, offered on every node as <c>ocf:Provider:*</c>.</summary>
public sealed record LabAgents(string Provider, string Path);

/// <summary>An image that every node sees as <c>/dev/lab/NAME</c>, through
/// a loop device of its own.</summary>
public sealed record LabDisk(string Name, int Megabytes);

/// <summary>What a lab consists of, as <c>lab up</c> made it.</summary>
public sealed record LabDefinition
{
    /// <summary>Nodes that one lab may have: addresses from .100 on are for services.</summary>
    public const int NodesMax = 64;

    /// <summary>Links that one lab may have.</summary>
    public const int LinksMax = 8;

    /// <summary>The name under which the machine outside answers on the lab's networks.</summary>
    public const string Client = "client";

    /// <summary>How the nodes are kept apart.</summary>
    public required Isolation Isolation { get; init; }

    /// <summary>What carries messages.</summary>
    public required LabEngine Engine { get; init; }

    /// <summary>Number of networks between the nodes.</summary>
    public required int Links { get; init; }

    /// <summary>The nodes, by number.</summary>
    public required ImmutableArray<LabNode> Nodes { get; init; }

    /// <summary>Milliseconds of silence after which a node is lost.</summary>
    public int TokenMs { get; init; } = 1000;

    /// <summary>Whether Corosync's links are encrypted.</summary>
    public bool Encrypted { get; init; } = true;

    /// <summary>KEY=VALUE for the quorum section of corosync.conf; two_node for two
    /// nodes if nothing is said. </summary>
    public ImmutableArray<string> Quorum { get; init; } = [];

    /// <summary>Whether a quorum device (corosync-qnetd) runs outside the nodes, and
    /// corosync-qdevice on each.</summary>
    public bool Witness { get; init; }

    /// <summary>Offered agents.</summary>
    public ImmutableArray<LabAgents> Agents { get; init; } = [];

    /// <summary>Shared disks.</summary>
    public ImmutableArray<LabDisk> Disks { get; init; } = [];

    /// <summary>Resource agents of the machine that record what is done with them.</summary>
    public ImmutableArray<string> Recorded { get; init; } = [];

    /// <summary>The program that a node runs as its cluster software.</summary>
    public required string Daemon { get; init; }

    /// <summary>The programs of this release: truce, truced, truce-lab-init, fence_truce_lab.</summary>
    public required string Programs { get; init; }

    /// <summary>The configuration that the cluster starts with; null for one with
    /// nodes and fence device only.</summary>
    public string? InitialConfiguration { get; init; }

    /// <summary>Finds a node.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public LabNode Find(string name) => Nodes.FirstOrDefault(n => n.Name == name)
        ?? throw new LabException(LabFailure.BadInput, $"{name}: no such node in this lab",
            $"name one of {string.Join(", ", Nodes.Select(n => n.Name))}");

    /// <summary>A node's address on a link; 0 is the client.</summary>
    public static string Address(int link, int number) => $"10.77.{link}.{(number == 0 ? 254 : number)}";
}

/// <summary>What <c>lab set</c> changes while the lab runs.</summary>
public sealed record LabSettings
{
    /// <summary>Milliseconds that the power switch takes for an action, beyond the action itself.</summary>
    public int FenceMs { get; init; }

    /// <summary>Seconds from a power cycle to the boot; null: it stays off. Longer than the token by default:
    /// a node that is back earlier meets its own obituary, a case of its own.</summary>
    public double? BootDelay { get; init; } = 3;

    /// <summary>Whether the power switch refuses to act, as a broken device does.</summary>
    public bool FenceFails { get; init; }

    /// <summary>The settings with one changed.</summary>
    /// <exception cref="LabException">No such key, or an impossible value.</exception>
    public LabSettings With(string key, string value) => key switch
    {
        "fence_ms" => this with { FenceMs = Whole(key, value, 600_000) },
        "fence_fails" => this with { FenceFails = Whole(key, value, 1) == 1 },
        "boot_delay" => this with
            { BootDelay = value == "none" ? null : Whole(key, value.TrimEnd('s'), 3600) },
        _ => throw new LabException(LabFailure.BadInput, $"{key}: no such setting",
            "set one of boot_delay (seconds or none), fence_ms, fence_fails (0 or 1)"),
    };

    private static int Whole(string key, string value, int max) =>
        int.TryParse(value, out int number) && number >= 0 && number <= max
            ? number
            : throw new LabException(LabFailure.BadInput, $"{key}={value}: not a number from 0 to {max}");
}
