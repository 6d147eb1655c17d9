using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>
/// What really happens, as the world has it: never what any part of Truce believes. Checkers judge by these
/// alone, and the timeline is made of them.
/// </summary>
internal abstract record WorldEvent
{
    private WorldEvent() { }

    /// <summary>A fault, or the end of all faults.</summary>
    /// <param name="Kind">Which.</param>
    /// <param name="Text">For people.</param>
    /// <param name="Nodes">Whom it strikes; a fence device's or the network's fault may strike all.</param>
    /// <param name="Lasts">How long it goes on.</param>
    public sealed record Fault(string Kind, string Text, ImmutableArray<NodeId> Nodes, TimeSpan Lasts) : WorldEvent;

    /// <summary>From here on nothing goes wrong.</summary>
    public sealed record FaultsStopped : WorldEvent;

    public sealed record Booted(NodeId Node, string Incarnation) : WorldEvent;

    /// <summary>A node is without power; everything on it has ended.</summary>
    public sealed record PowerLost(NodeId Node, string Incarnation, string Why) : WorldEvent;

    public sealed record ProcessBegan(NodeId Node, RoleKind Role, uint Process) : WorldEvent;

    public sealed record ProcessEnded(NodeId Node, RoleKind Role, uint Process, string Why) : WorldEvent;

    /// <summary>A role's code threw: a defect.</summary>
    public sealed record Defect(NodeId Node, RoleKind Role, Exception Thrown) : WorldEvent;

    /// <summary>A controller took a view from its engine.</summary>
    public sealed record ViewTaken(NodeId Node, RingId Ring, ImmutableArray<EngineMember> Members) : WorldEvent;

    /// <summary>A controller took what quorum says of a ring.</summary>
    public sealed record QuorumTaken(NodeId Node, RingId Ring, bool Quorate) : WorldEvent;

    /// <summary>A controller asks its executor or fencer for an operation.</summary>
    public sealed record OrderSent(NodeId Node, RoleKind To, OperationOrder Order) : WorldEvent;

    /// <summary>An agent's first instruction.</summary>
    public sealed record AgentBegan(NodeId Node, string Incarnation, OperationSpec Spec) : WorldEvent;

    /// <summary>An agent ended, whether or not anybody hears of it.</summary>
    public sealed record AgentEnded(NodeId Node, string Incarnation, OperationSpec Spec, OperationStatus Status, int Code)
        : WorldEvent;

    /// <summary>A service became active, or changed its role, or is no longer active.</summary>
    public sealed record ServiceChanged(NodeId Node, string Resource, ServiceState State, string Why) : WorldEvent;

    /// <summary>A device switches a node.</summary>
    public sealed record Shot(NodeId By, NodeId Target, string Device, string Action) : WorldEvent;

    /// <summary>A device has reported that a node is (or was) off.</summary>
    public sealed record ShotConfirmed(NodeId By, NodeId Target, string Device, string Incarnation, bool IsTrue) : WorldEvent;

    /// <summary>A device was asked, and a node was off, without anybody having switched it now.</summary>
    public sealed record SeenOff(NodeId By, NodeId Target, string Device, string Incarnation) : WorldEvent;

    /// <summary>A person vouches that a node is off; in the simulation it is.</summary>
    public sealed record Vouched(NodeId Target, string Incarnation) : WorldEvent;

    /// <summary>A node's disk is replaced by an empty one.</summary>
    public sealed record DiskReplaced(NodeId Node) : WorldEvent;

    /// <summary>A change of the configuration was acknowledged to its client.</summary>
    public sealed record ChangeAcknowledged(NodeId By, int Mark, ImmutableArray<NodeId> Keepers) : WorldEvent;

    /// <summary>The configuration as a quorate node's controller serves it.</summary>
    public sealed record ConfigurationSeen(NodeId By, ImmutableSortedSet<int> Marks) : WorldEvent;

    /// <summary>The replicated state of a member, whole.</summary>
    public sealed record StateSeen(
        NodeId Node, string Cluster, long Lineage, long Index, int Level, string View, string Digest, Func<string> Text) : WorldEvent;

    /// <summary>What a role logs.</summary>
    public sealed record Said(NodeId Node, RoleKind Role, string Text) : WorldEvent;
}

/// <summary>What a service is on a node.</summary>
internal enum ServiceState
{
    /// <summary>Nothing of it runs.</summary>
    Inactive,

    /// <summary>It runs.</summary>
    Active,

    /// <summary>It runs in its promoted role.</summary>
    Promoted,
}
