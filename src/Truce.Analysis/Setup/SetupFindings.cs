using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Setup;

/// <summary>What can be wrong with a node's part of a cluster on Corosync.</summary>
public static class SetupFindings
{
    internal static FindingKind NotListed { get; } = new("node-not-listed", Severity.Error,
        "This node isn't in corosync.conf",
        "Corosync or truced refuses to start: neither knows which node it is");

    internal static FindingKind NotLocal { get; } = new("address-not-local", Severity.Error,
        "This node's address in corosync.conf isn't an address of this machine",
        "Corosync doesn't start, or the link never comes up");

    internal static FindingKind Overlap { get; } = new("links-in-one-network", Severity.Error,
        "Two links of this node are in one network",
        "Both fail together: the second link protects nothing");

    internal static FindingKind Links { get; } = new("links-differ", Severity.Error,
        "The nodes don't have the same links",
        "Nodes can't reach each other by a link that one of them lacks");

    internal static FindingKind Port { get; } = new("port-taken", Severity.Error,
        "Another program uses a port that Corosync needs",
        "Corosync doesn't start");

    internal static FindingKind Refused { get; } = new("corosync-refuses", Severity.Error,
        "The installed Corosync refuses the file",
        "Corosync doesn't start");

    internal static FindingKind KeyMissing { get; } = new("key-missing", Severity.Error,
        "corosync.conf demands a key and there is none",
        "Corosync doesn't start");

    internal static FindingKind KeyLength { get; } = new("key-length", Severity.Error,
        "The key has a length that Corosync doesn't take",
        "Corosync doesn't start");

    internal static FindingKind KeyMode { get; } = new("key-readable", Severity.Error,
        "Other users can read the key",
        "Whoever has the key can join the cluster and give it orders");

    internal static FindingKind KeyDiffers { get; } = new("key-differs", Severity.Error,
        "Two nodes have different keys",
        "They don't hear each other: each forms a cluster of its own");

    internal static FindingKind Crypto { get; } = new("messages-in-clear", Severity.Warning,
        "Messages between the nodes are neither encrypted nor authenticated",
        "Whoever reaches the network can give the cluster orders");

    internal static FindingKind Pacemaker { get; } = new("pacemaker-active", Severity.Error,
        "Pacemaker runs on this node",
        "Two cluster managers start and stop the same resources");

    internal static FindingKind Engine { get; } = new("engine-not-corosync", Severity.Error,
        "truce.conf chooses another engine than Corosync",
        "truced doesn't take part in this cluster");

    internal static FindingKind Power { get; } = new("nothing-resets-node", Severity.Warning,
        "Nothing on this node can reset it",
        "If Truce itself fails here, the resources run on until the other nodes fence this one");

    internal static FindingKind Clock { get; } = new("clock-free", Severity.Warning,
        "The clock follows no time server",
        "Logs of different nodes can't be compared, rules with dates differ");

    internal static FindingKind ClocksDiffer { get; } = new("clocks-differ", Severity.Warning,
        "The clocks of two nodes differ",
        "Logs of different nodes can't be compared, rules with dates differ");

    internal static FindingKind Name { get; } = new("name-unresolved", Severity.Warning,
        "Names of nodes have no address",
        "Tools that use names (ssh, truce cluster check --ssh) don't reach them");

    internal static FindingKind Silent { get; } = new("address-silent", Severity.Warning,
        "A node's address doesn't answer a ping",
        "The node is off, the cable or address is wrong, or a firewall drops pings");

    internal static FindingKind LinkBroken { get; } = new("link-broken", Severity.Error,
        "A link to another node carries nothing",
        "When the other links fail too, nodes are fenced that are well");

    internal static FindingKind NotReached { get; } = new("node-not-reached", Severity.Warning,
        "A node of the list isn't reached by any link",
        "It is off, or a firewall is between");

    internal static FindingKind NotLoaded { get; } = new("file-not-loaded", Severity.Warning,
        "Corosync runs with another version of corosync.conf",
        "The change takes effect at a reboot, by surprise");

    internal static FindingKind Unit { get; } = new("unit-not-active", Severity.Warning,
        "A service that the cluster needs doesn't run",
        "The node takes no part, or the quorum device's vote is missing");

    internal static FindingKind Versions { get; } = new("versions-differ", Severity.Warning,
        "Two nodes run different versions",
        "Reloading corosync.conf and changes of the configuration may be understood differently");

    internal static FindingKind NotCompared { get; } = new("node-not-compared", Severity.Warning,
        "A node couldn't be compared with this one",
        "What differs there isn't known");

    internal static FindingKind Device { get; } = new("quorum-device-silent", Severity.Warning,
        "The quorum device doesn't answer",
        "Its vote is missing: with two nodes, the loss of one stops everything");

    /// <summary>Every kind.</summary>
    public static ImmutableArray<FindingKind> Kinds { get; } =
    [
        NotListed, NotLocal, Overlap, Links, Port, Refused, KeyMissing, KeyLength, KeyMode,
        KeyDiffers, Crypto, Pacemaker, Engine, Power, Clock, ClocksDiffer, Name, Silent,
        LinkBroken, NotReached, NotLoaded, Unit, Versions, NotCompared, Device,
    ];

    internal static Finding At(this FindingKind kind, string file, int line, string element, string message,
        string remedy) => new(kind.Id, kind.Severity, file, line, line > 0 ? 1 : 0, element, message, remedy)
        {
            Consequence = kind.Consequence,
        };
}
