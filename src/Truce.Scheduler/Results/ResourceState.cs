using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Scheduler;

/// <summary>One resource, or one instance of a clone, as it is now; collective
/// resources hold their children.</summary>
public abstract record ResourceState
{
    private ResourceState() { }

    /// <summary>The id shown, with the instance number for members of clones (<c>ip:0</c>).</summary>
    public required ResourceId Id { get; init; }

    /// <summary>The id in the configuration (without instance number).</summary>
    public required ResourceId ConfigId { get; init; }

    /// <summary>The id that the history on the nodes uses for this instance.</summary>
    public required ResourceId HistoryId { get; init; }

    /// <summary>The present role: the highest over all nodes.</summary>
    public required ResourceRole Role { get; init; }

    /// <summary>The role that the configuration asks for, if it does.</summary>
    public required ResourceRole TargetRole { get; init; }

    /// <summary>Where it is active, in the order of the status.</summary>
    public required ImmutableArray<NodeId> ActiveOn { get; init; }

    /// <summary>Marks that status output shows.</summary>
    public required ResourceMarks Marks { get; init; }

    /// <summary>An operation in progress: its name (start, stop, promote, demote,
    /// migrate_to, monitor…), or null.</summary>
    public string? PendingOperation { get; init; }

    /// <summary>Where the pending operation runs.</summary>
    public NodeId? PendingNode { get; init; }

    /// <summary>The node that holds the resource while it is shut down (shutdown-lock), or null.</summary>
    public NodeId? LockNode { get; init; }

    /// <summary>Failures recorded per node, for nodes with any; unexpired only.</summary>
    public ImmutableArray<NodeFailures> FailCounts { get; init; } = [];

    /// <summary>Nodes it may be placed on (present in its table with a score
    /// that isn't minus infinity).</summary>
    public ImmutableArray<NodeId> AllowedOn { get; init; } = [];

    /// <summary>What is directly in it, in the order of its instances and replicas.</summary>
    public IEnumerable<ResourceState> Children => this switch
    {
        Primitive => [],
        Group group => group.Members,
        CloneSet clone => clone.Instances,
        Bundle bundle => bundle.Replicas.SelectMany(
            r => new[] { r.Address, r.Container, r.Connection, r.Service }.OfType<ResourceState>()),
    };

    /// <summary>The primitives in it, however deep; a primitive is its own.</summary>
    public IEnumerable<Primitive> Primitives =>
        this is Primitive primitive ? [primitive] : Children.SelectMany(c => c.Primitives);

    /// <summary>Something that runs through an agent.</summary>
    public sealed record Primitive : ResourceState
    {
        /// <summary>ocf, systemd, lsb, stonith …</summary>
        public required string Class { get; init; }

        /// <summary>The provider, for ocf.</summary>
        public required string? Provider { get; init; }

        /// <summary>The agent's type.</summary>
        public required string Type { get; init; }
    }

    /// <summary>Members that stay together and start in order.</summary>
    public sealed record Group : ResourceState
    {
        /// <summary>The members in order.</summary>
        public required ImmutableArray<ResourceState> Members { get; init; }
    }

    /// <summary>Several instances of one primitive or group.</summary>
    public sealed record CloneSet : ResourceState
    {
        /// <summary>The instances by number; orphaned ones at the end.</summary>
        public required ImmutableArray<ResourceState> Instances { get; init; }

        /// <summary>Id of what is cloned, as configured.</summary>
        public required ResourceId Cloned { get; init; }

        /// <summary>Whether instances are distinct.</summary>
        public required bool GloballyUnique { get; init; }

        /// <summary>Whether instances can be promoted.</summary>
        public required bool Promotable { get; init; }

        /// <summary>clone-max.</summary>
        public required int InstancesMax { get; init; }

        /// <summary>promoted-max.</summary>
        public required int PromotedMax { get; init; }
    }

    /// <summary>Containers, each with an address, a connection and perhaps a service inside.</summary>
    public sealed record Bundle : ResourceState
    {
        /// <summary>The replicas by number.</summary>
        public required ImmutableArray<BundleReplica> Replicas { get; init; }

        /// <summary>The container image.</summary>
        public required string Image { get; init; }

        /// <summary>docker, podman …</summary>
        public required string ContainerKind { get; init; }

        /// <summary>Whether replicas are distinct.</summary>
        public required bool GloballyUnique { get; init; }
    }
}

/// <summary>One replica of a bundle; <paramref name="IpAddress"/> is its
/// own address, if it has one.</summary>
public sealed record BundleReplica(
    int Number,
    ResourceState? Address,
    ResourceState Container,
    ResourceState? Connection,
    ResourceState? Service,
    NodeId? GuestNode,
    string? IpAddress = null);

/// <summary>How often a resource failed on a node.</summary>
public sealed record NodeFailures(NodeId Node, int Count, long? LastFailure, int Threshold);

/// <summary>Facts about a resource that status output shows.</summary>
[Flags]
public enum ResourceMarks
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No longer in the configuration (status output says ORPHANED).</summary>
    Removed = 1 << 0,

    /// <summary>The cluster may start and stop it.</summary>
    Managed = 1 << 1,

    /// <summary>Nothing more may be done after a failure, or because it is active twice.</summary>
    Blocked = 1 << 2,

    /// <summary>It has failed.</summary>
    Failed = 1 << 3,

    /// <summary>Its failures are to be ignored.</summary>
    FailureIgnored = 1 << 4,

    /// <summary>Down by target-role.</summary>
    Disabled = 1 << 5,

    /// <summary>target-role keeps a promotable resource from being promoted.</summary>
    TargetUnpromoted = 1 << 6,

    /// <summary>Maintenance by its own, its node's or the cluster's setting.</summary>
    Maintenance = 1 << 7,

    /// <summary>Member of a clone whose instances are distinct, or of none.</summary>
    Unique = 1 << 8,

    /// <summary>Its start is in progress.</summary>
    StartPending = 1 << 9,
}
