namespace Truce.Model;

/// <summary>The section <c>status</c>: what the cluster observed.</summary>
public sealed record ClusterStatus
{
    /// <summary>Nothing observed.</summary>
    public static ClusterStatus Empty { get; } = new();

    /// <summary>The nodes' states, in the order of the document.</summary>
    public EquatableArray<NodeState> NodeStates { get; init; }

    /// <summary>Tickets of a multi-site cluster.</summary>
    public EquatableArray<TicketState> Tickets { get; init; }

    /// <summary>How long operations and recoveries took, as a cluster of Truce's measured it; its own
    /// element, which Pacemaker leaves alone.</summary>
    public EquatableArray<MeasuredTimes> Measured { get; init; }

    /// <summary>Elements that the model doesn't know, kept: schemas allow anything in the status.</summary>
    public EquatableArray<UnknownElement> Unknown { get; init; }
}

/// <summary>
/// A node as the cluster sees it (<c>node_state</c>). What is null wasn't written; a node that
/// was never seen has no state at all.
/// </summary>
public sealed record NodeState(NodeUuid Id)
{
    /// <summary>The node's name; null in a few old records, where only the id says it.</summary>
    public NodeId? Name { get; init; }

    /// <summary>Cluster membership: a boolean, or since when (newer).</summary>
    public Presence? InCcm { get; init; }

    /// <summary>The controller's process group: online or offline, or since when (newer).</summary>
    public Presence? Crmd { get; init; }

    /// <summary>How far the controller has joined, as written: down, pending, member, banned.</summary>
    public string? Join { get; init; }

    /// <summary>What the node's join state should be, as written: member or down.</summary>
    public string? Expected { get; init; }

    /// <summary>Whether the node has been fenced; text of a boolean or a time.</summary>
    public string? NodeFenced { get; init; }

    /// <summary>Whether a remote node was last seen in maintenance.</summary>
    public string? NodeInMaintenance { get; init; }

    /// <summary>True for remote nodes and guests.</summary>
    public bool? RemoteNode { get; init; }

    /// <summary>When the node asked to leave, in old records; now a transient attribute.</summary>
    public string? Shutdown { get; init; }

    /// <summary>The node's state at Heartbeat, in old records.</summary>
    public string? Ha { get; init; }

    /// <summary>Which function wrote the record.</summary>
    public string? CrmDebugOrigin { get; init; }

    /// <summary>Node attributes that a reboot forgets; null if the element is absent.</summary>
    public TransientAttributes? TransientAttributes { get; init; }

    /// <summary>What ran on the node; null if the element is absent.</summary>
    public LocalHistory? History { get; init; }

    /// <summary>XML attributes that the model doesn't know, kept.</summary>
    public EquatableArray<UnknownPair> UnknownAttributes { get; init; }

    /// <summary>Elements that the model doesn't know, kept.</summary>
    public EquatableArray<UnknownElement> Unknown { get; init; }
}

/// <summary>
/// Up or down, as <c>in_ccm</c> and <c>crmd</c> say it: older clusters by a word, newer ones by the time
/// since when (0 for down).
/// </summary>
public readonly record struct Presence(string Text)
{
    /// <summary>Whether the node is there.</summary>
    public bool IsUp => Since is > 0 || CibBoolean.Parse(Text) == true || Text == "online";

    /// <summary>Seconds since 1970 from when on; 0 for down; null in the older form.</summary>
    public long? Since => Numbers.ParseLong(Text) is { } seconds and not 1 ? seconds : null;
}

/// <summary>The transient attributes of a node.</summary>
public sealed record TransientAttributes(string? Id, EquatableArray<AttributeSet> Sets)
{
    /// <summary>Transient utilization.</summary>
    public EquatableArray<AttributeSet> Utilization { get; init; }
}

/// <summary>
/// The operation history of a node (<c>lrm</c>). The ids are kept as written; ResourcesId is that of the
/// element <c>lrm_resources</c>.
/// </summary>
public sealed record LocalHistory(string? Id, EquatableArray<ResourceHistory> Resources)
{
    /// <inheritdoc cref="LocalHistory"/>
    public string? ResourcesId { get; init; }
}

/// <summary>
/// What ran of one resource on one node (<c>lrm_resource</c>). The id is that of an instance, without its
/// number for anonymous clones.
/// </summary>
public sealed record ResourceHistory(ResourceId Id)
{
    /// <summary>The agent's class, as known when it ran.</summary>
    public string? Class { get; init; }

    /// <summary>The agent's provider.</summary>
    public string? Provider { get; init; }

    /// <summary>The agent's type.</summary>
    public string? Type { get; init; }

    /// <summary>The resource whose container held it.</summary>
    public ResourceId? Container { get; init; }

    /// <summary>
    /// Since when the resource is locked to the node that was shut down, seconds since 1970.
    /// </summary>
    public long? ShutdownLock { get; init; }

    /// <summary>The latest operations, one of each kind and interval, in the order of the document.</summary>
    public EquatableArray<OperationRecord> Operations { get; init; }

    /// <summary>XML attributes that the model doesn't know, kept.</summary>
    public EquatableArray<UnknownPair> UnknownAttributes { get; init; }
}

/// <summary>One operation that ran or runs (<c>lrm_rsc_op</c>). What is null wasn't written.</summary>
public sealed record OperationRecord(string Id, string Operation)
{
    /// <summary>RESOURCE_OPERATION_INTERVAL, without the prefix that <see cref="Id"/> may have.</summary>
    public string? OperationKey { get; init; }

    /// <summary>The interval in milliseconds; 0 if it doesn't recur.</summary>
    public long IntervalMs { get; init; }

    /// <summary>The executor's counter; -1 for pending and for records made up.</summary>
    public int CallId { get; init; }

    /// <summary>How the execution went, as a number: see <see cref="ExecutionStatus"/>.</summary>
    public int OpStatus { get; init; }

    /// <summary>The agent's exit code: see <see cref="AgentExitCode"/>.</summary>
    public int RcCode { get; init; }

    /// <summary>When the result last changed, seconds since 1970.</summary>
    public long? LastRcChange { get; init; }

    /// <summary>When it last ran, seconds since 1970; no longer written by newer clusters.</summary>
    public long? LastRun { get; init; }

    /// <summary>How long it took, milliseconds.</summary>
    public long? ExecTimeMs { get; init; }

    /// <summary>How long it waited, milliseconds.</summary>
    public long? QueueTimeMs { get; init; }

    /// <summary>The node it ran on.</summary>
    public NodeId? OnNode { get; init; }

    /// <summary>What the agent said.</summary>
    public string? ExitReason { get; init; }

    /// <summary>ACTION:TRANSITION:EXPECTED-RC:UUID of the order.</summary>
    public string? TransitionKey { get; init; }

    /// <summary>STATUS:RC;<see cref="TransitionKey"/>.</summary>
    public string? TransitionMagic { get; init; }

    /// <summary>Digest of all parameters.</summary>
    public string? OpDigest { get; init; }

    /// <summary>Names of parameters that don't allow a reload, or of those that do.</summary>
    public string? OpForceRestart { get; init; }

    /// <summary>Digest of the parameters that need a restart.</summary>
    public string? OpRestartDigest { get; init; }

    /// <summary>Names of private parameters.</summary>
    public string? OpSecureParams { get; init; }

    /// <summary>Digest without the private parameters.</summary>
    public string? OpSecureDigest { get; init; }

    /// <summary>Where a migration came from.</summary>
    public NodeId? MigrateSource { get; init; }

    /// <summary>Where a migration went.</summary>
    public NodeId? MigrateTarget { get; init; }

    /// <summary>The feature set of the node that wrote it.</summary>
    public string? CrmFeatureSet { get; init; }

    /// <summary>Which function wrote the record.</summary>
    public string? CrmDebugOrigin { get; init; }

    /// <summary>XML attributes that the model doesn't know, kept.</summary>
    public EquatableArray<UnknownPair> UnknownAttributes { get; init; }
}

/// <summary>A ticket as this site has it. Further attributes may be set by tools and are kept.</summary>
public sealed record TicketState(TicketId Id)
{
    /// <summary>Whether the site holds it.</summary>
    public bool? Granted { get; init; }

    /// <summary>Whether its resources are put on standby.</summary>
    public bool? Standby { get; init; }

    /// <summary>When the site got it last, seconds since 1970.</summary>
    public long? LastGranted { get; init; }

    /// <summary>Further attributes, in the order of the document.</summary>
    public EquatableArray<UnknownPair> Attributes { get; init; }
}

/// <summary>An XML attribute kept as written.</summary>
public sealed record UnknownPair(string Name, string Value);

/// <summary>An element kept as written.</summary>
public sealed record UnknownElement(string Name, EquatableArray<UnknownPair> Attributes,
    EquatableArray<UnknownElement> Children, string? Text = null);
