namespace Truce.Model;

/// <summary>Something the cluster starts and stops: a primitive, group, clone or bundle.</summary>
public abstract record Resource
{
    private Resource(ResourceId id) => Id = id;

    /// <summary>Its id, unique in the configuration.</summary>
    public ResourceId Id { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>How the cluster treats it.</summary>
    public EquatableArray<AttributeSet> MetaAttributes { get; init; }

    /// <summary>Parameters of the agent.</summary>
    public EquatableArray<AttributeSet> InstanceAttributes { get; init; }

    /// <summary>The resources directly in it, in the order of the document.</summary>
    public EquatableArray<Resource> Children => this switch
    {
        Primitive => [],
        Group group => [.. group.Members],
        Cloned clone => [clone.Child],
        Bundle { Content: { } content } => [content],
        Bundle => [],
    };

    /// <summary>The primitives in it, however deep, in document order; of a primitive, itself.</summary>
    public IEnumerable<Primitive> Primitives =>
        this is Primitive primitive ? [primitive] : Children.SelectMany(c => c.Primitives);

    /// <summary>The primitives of the resource with an id, here or below; none: it isn't in here.</summary>
    public IEnumerable<Primitive> PrimitivesOf(ResourceId id) =>
        Id == id ? Primitives : Children.SelectMany(c => c.PrimitivesOf(id));

    /// <summary>
    /// One service under one agent. Exactly one of <see cref="Agent"/> and <see cref="Template"/> is set;
    /// <see cref="ConfigurationIndex.Effective"/> gives it with the template's parts filled in.
    /// </summary>
    public sealed record Primitive(ResourceId Id) : Resource(Id)
    {
        /// <summary>The agent; null if a template names it.</summary>
        public AgentName? Agent { get; init; }

        /// <summary>The template; null if the agent is named here.</summary>
        public string? Template { get; init; }

        /// <summary>The configured operations; null if the element is absent.</summary>
        public OperationList? Operations { get; init; }

        /// <summary>What it takes of a node's capacities.</summary>
        public EquatableArray<AttributeSet> Utilization { get; init; }
    }

    /// <summary>Primitives on one node, started in order and stopped in reverse; at least one.</summary>
    public sealed record Group(ResourceId Id, EquatableArray<Primitive> Members) : Resource(Id);

    /// <summary>
    /// A primitive or group that runs on several nodes. The older element <c>master</c> is a clone that is
    /// promotable whatever its meta attributes say. (C# doesn't allow a case of a record to be called Clone.)
    /// </summary>
    public sealed record Cloned(ResourceId Id, Resource Child, CloneForm Form = CloneForm.Clone)
        : Resource(Id);

    /// <summary>A container in replicas, perhaps with a primitive inside.</summary>
    public sealed record Bundle(ResourceId Id, BundleContainer Container) : Resource(Id)
    {
        /// <summary>Addresses and ports; null if the element is absent.</summary>
        public BundleNetwork? Network { get; init; }

        /// <summary>Host folders mapped into the container; null if the element is absent.</summary>
        public EquatableArray<StorageMapping>? Storage { get; init; }

        /// <summary>What runs inside; null if the container is all there is.</summary>
        public Primitive? Content { get; init; }
    }
}

/// <summary>Which element a clone was written as.</summary>
public enum CloneForm
{
    /// <summary><c>clone</c>.</summary>
    Clone,

    /// <summary><c>master</c>, the promotable clone of older schemas.</summary>
    Master,
}

/// <summary>A pattern for primitives.</summary>
public sealed record ResourceTemplate(string Id, AgentName Agent)
{
    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <inheritdoc cref="Resource.MetaAttributes"/>
    public EquatableArray<AttributeSet> MetaAttributes { get; init; }

    /// <inheritdoc cref="Resource.InstanceAttributes"/>
    public EquatableArray<AttributeSet> InstanceAttributes { get; init; }

    /// <inheritdoc cref="Resource.Primitive.Operations"/>
    public OperationList? Operations { get; init; }

    /// <inheritdoc cref="Resource.Primitive.Utilization"/>
    public EquatableArray<AttributeSet> Utilization { get; init; }
}

/// <summary>
/// The element <c>operations</c>: operations written here, and with
/// <paramref name="IdRef"/> those of another list.
/// </summary>
public sealed record OperationList(string? Id, string? IdRef, EquatableArray<Operation> Operations);

/// <summary>A configured operation (<c>op</c>). What is null wasn't written.</summary>
public sealed record Operation(string Id, string Name, Interval Interval)
{
    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>How long it may take.</summary>
    public Interval? Timeout { get; init; }

    /// <summary>How long to wait before it runs first.</summary>
    public Interval? StartDelay { get; init; }

    /// <summary>The time that the interval is counted from, ISO 8601.</summary>
    public string? IntervalOrigin { get; init; }

    /// <summary>False switches it off.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether the start of the operation is recorded, not only its end.</summary>
    public bool? RecordPending { get; init; }

    /// <summary>The role in which a recurring operation runs.</summary>
    public Role? Role { get; init; }

    /// <summary>What to do when it fails.</summary>
    public OnFail? OnFail { get; init; }

    /// <summary>Further settings of the operation.</summary>
    public EquatableArray<AttributeSet> MetaAttributes { get; init; }

    /// <summary>Agent parameters for this operation only.</summary>
    public EquatableArray<AttributeSet> InstanceAttributes { get; init; }
}

/// <summary>Roles of a resource, from less to more.</summary>
public enum Role
{
    /// <summary>Not running.</summary>
    Stopped,

    /// <summary>Running; for a promotable clone in either role.</summary>
    Started,

    /// <summary>Running, not promoted (older name: Slave).</summary>
    Unpromoted,

    /// <summary>Running and promoted (older name: Master).</summary>
    Promoted,
}

/// <summary>What the cluster does when an operation fails.</summary>
public enum OnFail
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>Leave the resource alone until a cleanup.</summary>
    Block,

    /// <summary>Demote it, without a full restart.</summary>
    Demote,

    /// <summary>Stop it and don't start it elsewhere.</summary>
    Stop,

    /// <summary>Stop it and start it again, perhaps elsewhere.</summary>
    Restart,

    /// <summary>Move everything off the node.</summary>
    Standby,

    /// <summary>Fence the node.</summary>
    Fence,

    /// <summary>Restart the container (or remote connection) it runs in.</summary>
    RestartContainer,
}
