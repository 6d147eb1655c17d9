using Truce.Model.Fencing;

namespace Truce.Model.Replication;

/// <summary>The decision to fence a node, and why: committed before any shot.</summary>
/// <param name="Id">Unique forever.</param>
/// <param name="Target">The node.</param>
/// <param name="TargetIncarnation">Which boot of it: a later one isn't shot
/// for this. Empty: never seen.</param>
/// <param name="Action">reboot, off or on.</param>
/// <param name="By">The member that carries it out.</param>
/// <param name="Causes">Why: all that the plan found, or what was asked for.</param>
/// <param name="Evidence">The sentence for people.</param>
public sealed record FenceIntent(
    string Id, NodeId Target, string TargetIncarnation, string Action, NodeId By,
    EquatableArray<FenceCause> Causes, string Evidence)
{
    /// <summary>How long to wait before the first shot, beyond what the devices say (cluster options
    /// priority-fencing-delay and truce-fence-head-start).</summary>
    public long DelayMs { get; init; }

    /// <summary>Which side may shoot first in a split into two equal sides, and why; empty if
    /// no other side can shoot.</summary>
    public string HeadStart { get; init; } = "";

    /// <summary>Whether the target may be shooting, too: such an intent is on disk before its shot.</summary>
    public bool IsContended => HeadStart.Length > 0;

    /// <summary>
    /// Starts that the member who shoots may run as soon as its device has confirmed, without
    /// waiting for the log (docs/decisions/0014-starts-allowed-with-the-intent.md). Kept among the
    /// pending orders once it is applied.
    /// </summary>
    public EquatableArray<Order> Allowed { get; init; } = [];

    /// <summary>The view in which they were allowed; in another one they are void.</summary>
    public Epoch AllowedIn { get; init; }

    /// <summary>The cause that decides.</summary>
    public FenceCause Cause => FenceCauses.Strongest(Causes);

    /// <summary>Whether it lets the node in, rather than cutting it off.</summary>
    public bool IsUnfencing => Action == "on";
}

/// <summary>How far a fencing is.</summary>
public enum FenceStage
{
    /// <summary>Committed; its member may shoot.</summary>
    Asked,

    /// <summary>Confirmed by the devices.</summary>
    Done,

    /// <summary>Tried as often as allowed, without success.</summary>
    Failed,

    /// <summary>Confirmed by a person.</summary>
    Confirmed,

    /// <summary>No longer needed: the node rebooted before it was shot.</summary>
    Obsolete,

    /// <summary>Avoided by the fence guard: no shot was fired.</summary>
    Refused,
}

/// <summary>What proves a fencing's success.</summary>
public enum FenceProof
{
    /// <summary>The devices reported success.</summary>
    Shot,

    /// <summary>Nothing was done: the target was off already, as all devices of a level said.</summary>
    Status,
}

/// <summary>Whether a fencing quarantines its target.</summary>
public enum FenceQuarantine
{
    /// <summary>It doesn't.</summary>
    None,

    /// <summary>The node was lost again and again.</summary>
    Node,

    /// <summary>Nodes had each other shot: most likely what is broken lies between them.</summary>
    Links,
}

/// <summary>What evidence for a resource ends.</summary>
public enum AcquittalReach
{
    /// <summary>The ban from the node; the loss counts on.</summary>
    Bans,

    /// <summary>Everything that the loss means for the resource.</summary>
    Everywhere,
}

/// <summary>What speaks for a resource that was starting on a node when the node was lost.</summary>
public sealed record Acquittal(ResourceId Resource, AcquittalReach Reach, string Evidence);

/// <summary>A fencing in the replicated state.</summary>
public sealed record FenceState
{
    /// <summary>What was asked.</summary>
    public required FenceIntent Intent { get; init; }

    /// <summary>How far it is.</summary>
    public required FenceStage Stage { get; init; }

    /// <summary>The fence epoch that it began.</summary>
    public required long Epoch { get; init; }

    /// <summary>Its place in the log.</summary>
    public required long Index { get; init; }

    /// <summary>When it was committed.</summary>
    public required DateTimeOffset Begin { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>The cluster's time (ms) when what was starting on its target became suspect; null: nothing
    /// did, or in another lineage's time.</summary>
    public long? SuspectedMs { get; init; }

    /// <summary>Devices used.</summary>
    public string Device { get; init; } = "";

    /// <summary>Attempts that failed.</summary>
    public int Attempts { get; init; }

    /// <summary>What the devices said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the guard changed or said.</summary>
    public string Guard { get; init; } = "";

    /// <summary>What its success stands on.</summary>
    public FenceProof Proof { get; init; }

    /// <summary>Who asked for it: the coordinator, or the member to which an operator
    /// spoke. Null: not recorded.</summary>
    public NodeId? OrderedBy { get; init; }

    /// <summary>Whether its target is quarantined from here on.</summary>
    public FenceQuarantine Quarantine { get; init; }

    /// <summary>The evidence on which its causes no longer count; empty: they do.</summary>
    public string Closed { get; init; } = "";

    /// <summary>The evidence on which it no longer counts against its target, while it counts for what was
    /// starting there; empty: it does.</summary>
    public string NodeClosed { get; init; } = "";

    /// <summary>Resources that were starting on the target when it was lost, and
    /// what speaks for them since.</summary>
    public EquatableArray<Acquittal> Acquittals { get; init; } = [];

    /// <summary>Whether it ended because its target is back as another boot, while the member who shoots may
    /// have an agent under way that hits this one as well
    /// (docs/decisions/0079-a-node-that-boots-faster-than-it-is-shot.md).</summary>
    public bool MayStillHit { get; init; }

    /// <summary>That other boot: lost before it joins, it most likely was hit. Empty: none.</summary>
    public string Threatens { get; init; } = "";

    /// <summary>Whether it still goes on.</summary>
    public bool IsOpen => Stage == FenceStage.Asked;

    /// <summary>Whether it failed as often as is allowed, and nobody has seen to it since.</summary>
    public bool IsGivenUp => Stage == FenceStage.Failed && Closed.Length == 0;

    /// <summary>Whether the node's death is proven by it.</summary>
    public bool IsProof => Stage is FenceStage.Done or FenceStage.Confirmed && Intent.Action is "reboot" or "off";
}
