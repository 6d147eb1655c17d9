namespace Truce.Model.Replication;

/// <summary>
/// The replicated state as it is sent to joiners and compared: members at the same lineage and
/// index have the same bytes (promise S6).
/// </summary>
public sealed record StateDocument
{
    /// <summary>The cluster.</summary>
    public required string Cluster { get; init; }

    /// <summary>The lineage.</summary>
    public required long Lineage { get; init; }

    /// <summary>How far the log is applied.</summary>
    public required long Index { get; init; }

    /// <summary>Running hash over the entries that were applied.</summary>
    public required string Hash { get; init; }

    /// <summary>The level that commands and state follow.</summary>
    public required int FeatureLevel { get; init; }

    /// <summary>Cluster time.</summary>
    public required long ClusterTimeMs { get; init; }

    /// <summary>The wall clock of the sender of the last entry.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The last view applied.</summary>
    public required Command.Formed? View { get; init; }

    /// <summary>Configuration and status, as XML.</summary>
    public required string Cib { get; init; }

    /// <summary>The configuration's version.</summary>
    public required ConfigurationVersion Configuration { get; init; }

    /// <summary>Versions before it, newest first.</summary>
    public required EquatableArray<ConfigurationVersion> Versions { get; init; }

    /// <summary>Members, sorted.</summary>
    public required EquatableArray<MemberState> Members { get; init; }

    /// <summary>Last submission of each session, sorted.</summary>
    public required EquatableArray<SessionState> Sessions { get; init; }

    /// <summary>Counts fence intents.</summary>
    public required long FenceEpoch { get; init; }

    /// <summary>Fencings, oldest first.</summary>
    public required EquatableArray<FenceState> Fences { get; init; }

    /// <summary>Orders not yet done, sorted by operation id.</summary>
    public required EquatableArray<Order> Pending { get; init; }

    /// <summary>Why no plan can be made; null: one can.</summary>
    public PlanningTrouble? Planning { get; init; }

    /// <summary>What the last plan wants done and can't do.</summary>
    public EquatableArray<BlockedStep> Blocked { get; init; } = [];

    /// <summary>What may have been started in each node's present boot,
    /// sorted by node and resource.</summary>
    public EquatableArray<StartedAs> Started { get; init; } = [];

    /// <summary>Resources that have been started and stopped with success as they are configured.</summary>
    public EquatableArray<ResourceId> Trusted { get; init; } = [];

    /// <summary>What is known of the paths by which nodes fence each other, sorted.</summary>
    public EquatableArray<FencePath> FencePaths { get; init; } = [];

    /// <summary>How long operations and recoveries took, sorted.</summary>
    public EquatableArray<MeasuredTimes> Measured { get; init; } = [];

    /// <summary>Resources that are being recovered, sorted.</summary>
    public EquatableArray<OpenRecovery> Recovering { get; init; } = [];

    /// <summary>The newest events, oldest first.</summary>
    public required EquatableArray<EventState> Events { get; init; }

    /// <summary>The index of the last event.</summary>
    public required long LastEvent { get; init; }
}

/// <summary>A version of the configuration.</summary>
/// <param name="Version">Rising by one.</param>
/// <param name="Place">Where it was committed.</param>
/// <param name="At">When.</param>
/// <param name="By">Who asked.</param>
/// <param name="Comment">What for.</param>
public sealed record ConfigurationVersion(long Version, Standing Place, DateTimeOffset At, string By, string Comment);

/// <summary>A session's last submission.</summary>
public sealed record SessionState(string Session, long Number, long Index);

/// <summary>Something that happened.</summary>
public sealed record EventState(
    long Index, DateTimeOffset At, long ClusterTimeMs, string Kind, NodeId? Node, string? Resource, string Detail);

/// <summary>What is known of a node's presence.</summary>
public enum MemberPhase
{
    /// <summary>Takes part in views, hasn't reported its inventory yet.</summary>
    Joining,

    /// <summary>Joined.</summary>
    Joined,

    /// <summary>The node is heard; its controller went a moment ago.</summary>
    ControllerGone,

    /// <summary>The node is heard; its controller didn't come back, or was silent.</summary>
    ControllerLost,

    /// <summary>No longer heard, without leave.</summary>
    Lost,

    /// <summary>Was lost and is heard again, but its controller hasn't spoken yet: which
    /// boot it is nobody knows.</summary>
    Returned,

    /// <summary>Left in order, or proven dead.</summary>
    Down,
}

/// <summary>A node in the replicated state.</summary>
public sealed record MemberState
{
    /// <summary>Its name.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Its id in the CIB.</summary>
    public required NodeUuid Uuid { get; init; }

    /// <summary>How it stands.</summary>
    public required MemberPhase Phase { get; init; }

    /// <summary>Its last known boot.</summary>
    public required string Incarnation { get; init; }

    /// <summary>Its controller's last known life.</summary>
    public required string ControllerSession { get; init; }

    /// <summary>Its executor's last known life; empty: none reported since the boot.</summary>
    public required string ExecutorSession { get; init; }

    /// <summary>This boot may be older than what the members know of it, and
    /// hasn't told yet what it runs.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Since which index it is in the quorate lineage; 0: it isn't.</summary>
    public required long JoinedIndex { get; init; }

    /// <summary>Cluster time when it joined; 0: not recorded.</summary>
    public long JoinedMs { get; init; }

    /// <summary>Who suspects it of being stuck.</summary>
    public EquatableArray<NodeId> SuspectedBy { get; init; }

    /// <summary>The boot that was proven dead last; a controller of it that comes back wasn't dead.</summary>
    public string DeadIncarnation { get; init; } = "";

    /// <summary>The boot in which it was lost in quarantine, hosting nothing, and hasn't
    /// joined since; empty: none.</summary>
    public string QuietIncarnation { get; init; } = "";

    /// <summary>Highest feature level that it knows.</summary>
    public int FeatureLevel { get; init; } = 1;

    /// <summary>Resources of which something unkillable is left.</summary>
    public EquatableArray<string> Unkillable { get; init; }

    /// <summary>Why its store can't keep anything; empty: it can.</summary>
    public string StoreTrouble { get; init; } = "";

    /// <summary>Why it left in order without being asked, until it is back; empty: it is here, was
    /// asked to leave, or didn't leave in order.</summary>
    public string LeftBecause { get; init; } = "";

    /// <summary>Whether it is gone without leave and not proven dead: it may
    /// go on running what it ran.</summary>
    public bool IsLost => Phase is MemberPhase.Lost or MemberPhase.Returned or MemberPhase.ControllerLost;
}
