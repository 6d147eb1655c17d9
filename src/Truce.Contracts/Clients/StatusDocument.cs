using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Truce.Contracts;

/// <summary>
/// What <c>truce status --json</c> prints: fields are added, never renamed. Read from one
/// node's copy of the replicated state.
/// </summary>
/// <param name="Quorate">Whether this node's partition is.</param>
/// <param name="Coordinator">The node that plans; null: none.</param>
/// <param name="State">settled; transition (something is being done); planning; forming (a view is being
/// agreed on); no-quorum; waiting (for fencing, for a join, or for a store that works); held (nothing is
/// under way, and what is wanted isn't done: the holds say why, and what ends them); out (this node stays out
/// of the cluster; its hold says why, and what to do).</param>
/// <param name="Nodes">Every node known, sorted by name.</param>
/// <param name="Resources">Every instance that is active somewhere or has failed there (also after the stop
/// that followed), and configured ones that are active nowhere (node null), in configuration order.</param>
/// <param name="Holds">What is held back, and why.</param>
/// <param name="Quarantined">Nodes that host nothing for now.</param>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Lineage">The lineage.</param>
/// <param name="Index">How far this copy is.</param>
/// <param name="ClusterTimeMs">The replicated counter.</param>
/// <param name="ConfigurationVersion">The version in force.</param>
/// <param name="Transition">The one under way, or null.</param>
/// <param name="Pending">Operations ordered and not yet done.</param>
/// <param name="Fencing">Fencings under way, as in the fence history.</param>
/// <param name="Links">What the engine says of links; empty where it has none.</param>
/// <param name="Votes">Votes present, needed and configured.</param>
public sealed record ClusterStatusDocument(
    bool Quorate,
    string? Coordinator,
    string State,
    ImmutableArray<NodeStatus> Nodes,
    ImmutableArray<ResourceStatus> Resources,
    ImmutableArray<HoldStatus> Holds,
    ImmutableArray<string> Quarantined,
    string Cluster,
    string Lineage,
    long Index,
    long ClusterTimeMs,
    long ConfigurationVersion,
    TransitionStatus? Transition,
    ImmutableArray<PendingOperation> Pending,
    ImmutableArray<FenceRecord> Fencing,
    ImmutableArray<LinkStatus> Links,
    VoteStatus Votes)
{
    /// <summary>The node whose copy this is, and who says of the links; empty: an older node doesn't
    /// tell.</summary>
    public string AnsweredBy { get; init; } = "";

    /// <summary>What a cluster without quorum waits for, for people; empty
    /// where nothing is waited for.</summary>
    public string Waits { get; init; } = "";

    /// <summary>Nodes not seen since this one booted, without which there is no quorum though there are votes
    /// enough (wait_for_all); empty: none.</summary>
    public ImmutableArray<string> WaitsForAll { get; init; } = [];

    /// <summary>Which ways of fencing were seen to work; null: not known
    /// here, or nothing is fenced.</summary>
    public FencePathsStatus? FencePaths { get; init; }

    /// <summary>Operations that take more of their timeouts than they used to, those first that use most;
    /// not all where there are many.</summary>
    public ImmutableArray<SlowerOperationStatus> Slower { get; init; } = [];
}

/// <summary>An operation that takes more of its timeout than it used to.</summary>
/// <param name="Resource">The resource as configured.</param>
/// <param name="Operation">start, stop, ….</param>
/// <param name="LongestMs">The longest of its last runs.</param>
/// <param name="UsualMs">What was usual before; null: too few runs are known.</param>
/// <param name="TimeoutMs">Its timeout; 0: none.</param>
/// <param name="Reason">The same as a sentence, with what to do.</param>
public sealed record SlowerOperationStatus(
    string Resource, string Operation, long LongestMs, long? UsualMs, long TimeoutMs, string Reason);

/// <summary>The ways by which nodes may have to fence each other, and which
/// of them were seen to work.</summary>
/// <param name="Paths">How many there are: each node, for each other node, with
/// each device that it may use.</param>
/// <param name="Proven">How many worked lately, in <c>truce fence test</c> or in a real shot.</param>
/// <param name="Unproven">The others, those that failed first; not all where there are many.</param>
public sealed record FencePathsStatus(int Paths, int Proven, ImmutableArray<FencePathStatus> Unproven);

/// <summary>A way of fencing that isn't known to work.</summary>
/// <param name="From">The node that fences.</param>
/// <param name="Device">The device.</param>
/// <param name="Target">The node that is fenced.</param>
/// <param name="State">failed (when last tried), never (seen to work as it is
/// configured), old (worked long ago).</param>
/// <param name="ProvenAt">When it last worked; null: never.</param>
/// <param name="Reason">What was said when it failed; or empty.</param>
public sealed record FencePathStatus(
    string From, string Device, string Target, string State, DateTimeOffset? ProvenAt, string Reason);

/// <summary>A node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">online, standby, maintenance, pending (joining), shutdown (leaving), offline
/// (left or fenced), unclean (lost or to be fenced), controller-down (the node lives, its
/// controller doesn't answer).</param>
/// <param name="Incarnation">The boot last heard of; empty: never seen.</param>
/// <param name="Session">The controller's life last heard of.</param>
/// <param name="JoinedIndex">Since when it is in the quorate lineage; 0: it isn't.</param>
/// <param name="Votes">Its votes.</param>
public sealed record NodeStatus(
    string Name, string State, string Incarnation, string Session, long JoinedIndex, int Votes);

/// <summary>One resource instance on one node.</summary>
/// <param name="Id">The resource's id in the configuration.</param>
/// <param name="Instance">The instance's id (<c>ip:0</c>), or the id.</param>
/// <param name="Node">Where, or null.</param>
/// <param name="Role">Stopped, Started, Unpromoted, Promoted; Starting, Stopping, Promoting, Demoting,
/// Migrating while that is under way; or Unknown.</param>
/// <param name="Failed">Its last operation there failed; also after the stop that followed a failure.</param>
/// <param name="Managed">Whether the cluster may act on it.</param>
/// <param name="Agent">class:provider:type.</param>
/// <param name="Pending">The operation under way, or null.</param>
/// <param name="FailCount">Failures that count, there.</param>
/// <param name="Reason">What the agent said last when it failed; or empty.</param>
public sealed record ResourceStatus(
    string Id,
    string Instance,
    string? Node,
    string Role,
    bool Failed,
    bool Managed,
    string Agent,
    string? Pending,
    string FailCount,
    string Reason)
{
    /// <summary>The clones, groups and bundles that it is in, outermost first.</summary>
    public ImmutableArray<EnclosingResource> Within { get; init; } = [];

    /// <summary>Where it doesn't run: what the configuration says against it, in a few words (disabled,
    /// banned from a node); or empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it runs there, and nothing is being done to change that.</summary>
    [JsonIgnore]
    public bool IsActive => Node is not null && Role is "Started" or "Promoted" or "Unpromoted";
}

/// <summary>What a resource is part of.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">group, clone, promotable (a clone) or bundle.</param>
public sealed record EnclosingResource(string Id, string Kind);

/// <summary>Something that a guard holds back.</summary>
/// <param name="Kind">left (a node that went by itself), lost-node (a resource may still be active there),
/// no-quorum, wait-for-all,
/// fencing-failed, states-differ, unkillable, fence-block, fence-ban and quarantine (the fence
/// guard's), cannot-run, failed-stop, failures and blocked (wanted, and left as it is), operator (a move or
/// ban of theirs is in force).</param>
/// <param name="Resource">Which resource, or null.</param>
/// <param name="Node">Which node, or null.</param>
/// <param name="Reason">In a sentence, with the way out.</param>
public sealed record HoldStatus(string Kind, string? Resource, string? Node, string Reason)
{
    /// <summary>The kind of a node that left in order without being asked, until it is back.</summary>
    public const string Departed = "left";

    /// <summary>What it is about, as a sentence begins: empty, or ending in a colon and a space.</summary>
    [JsonIgnore]
    public string Subject => (Resource, Node) switch
    {
        ({ } resource, { } node) => $"{resource} on {node}: ",
        ({ } resource, null) => $"{resource}: ",
        (null, { } node) => $"{node}: ",
        (null, null) => "",
    };
}

/// <summary>A transition under way.</summary>
public sealed record TransitionStatus(long Number, int Actions, int Done, int InFlight, bool Aborted, string Reason);

/// <summary>An operation ordered and not yet done.</summary>
public sealed record PendingOperation(
    string Resource, string Operation, long IntervalMs, string Node, DateTimeOffset Since);

/// <summary>A network link between this node and another.</summary>
public sealed record LinkStatus(string Node, int Link, bool Up);

/// <summary>Votes as the engine counts them.</summary>
public sealed record VoteStatus(int Present, int Needed, int Configured);

/// <summary>
/// A fencing: what <c>truce fence history --json</c> prints. Times are null until that has happened.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Target">The node.</param>
/// <param name="TargetIncarnation">Which boot of it.</param>
/// <param name="By">The node that carries it out; empty: not chosen yet.</param>
/// <param name="Cause">Why.</param>
/// <param name="Evidence">The sentence that says why, with what was observed.</param>
/// <param name="Device">The devices used; empty: none yet.</param>
/// <param name="Action">reboot, off or on.</param>
/// <param name="Result">asked, running, done, failed, refused, confirmed (by a person), obsolete (the node
/// came back as another incarnation, or the cause went away before a shot).</param>
/// <param name="Begin">When the intent was committed.</param>
/// <param name="End">When the result was.</param>
/// <param name="Guard">What the fence guard changed or said; empty: nothing.</param>
/// <param name="Attempts">Shots tried.</param>
/// <param name="Reason">What the device said when it failed; empty.</param>
/// <param name="Epoch">The fence epoch that it began.</param>
public sealed record FenceRecord(
    string Id,
    string Target,
    string TargetIncarnation,
    string By,
    FenceCauseRecord Cause,
    string Evidence,
    string Device,
    string Action,
    string Result,
    DateTimeOffset Begin,
    DateTimeOffset? End,
    string Guard,
    int Attempts,
    string Reason,
    long Epoch)
{
    /// <summary>Who might shoot first in a split of two equals, and why; empty:
    /// nobody else could shoot.</summary>
    public string HeadStart { get; init; } = "";

    /// <summary>What a success stands on: <c>shot</c>, or <c>status</c> (the device said that it was off
    /// already, and nothing was done).</summary>
    public string Proof { get; init; } = "shot";
}

/// <summary>What caused a fencing.</summary>
/// <param name="Kind">node-lost, ghost, resource (a failed operation), operator, other.</param>
/// <param name="Resource">For resource.</param>
/// <param name="Operation">For resource: its operation key.</param>
/// <param name="Digest">Of agent and parameters: another digest is another cause.</param>
public sealed record FenceCauseRecord(string Kind, string Resource, string Operation, string Digest);

/// <summary>Something that happened, in the cluster's order: the steps of each recovery among them.</summary>
/// <param name="Index">Rising; the same on every node.</param>
/// <param name="At">Wall clock of the node that reported it, UTC.</param>
/// <param name="ClusterTimeMs">The replicated counter.</param>
/// <param name="Kind">See docs/reference/events.md: node-lost, node-joined, node-left,
/// fence-asked, fence-confirmed, fence-failed, start-asked, start-done, stop-asked, stop-done,
/// operation-failed, configuration, …</param>
/// <param name="Node">About which node, or null.</param>
/// <param name="Resource">About which resource, or null.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record ClusterEvent(
    long Index, DateTimeOffset At, long ClusterTimeMs, string Kind, string? Node, string? Resource, string Detail);
