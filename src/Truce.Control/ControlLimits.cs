using Truce.Model;

namespace Truce.Control;

/// <summary>Who this control is.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Uuid">The node's id in the CIB.</param>
/// <param name="Member">Its process as the engine's group knows it.</param>
/// <param name="Session">This life; unique forever, without '/' and ':'.</param>
/// <param name="Incarnation">This boot of the node.</param>
/// <param name="ClusterName">The configured name: a founder makes the cluster's id of it.</param>
/// <param name="WireVersion">Highest wire version.</param>
/// <param name="FeatureLevel">Highest feature level.</param>
public sealed record ControlIdentity(
    NodeId Node,
    NodeUuid Uuid,
    EngineMember Member,
    string Session,
    string Incarnation,
    string ClusterName,
    int WireVersion,
    int FeatureLevel)
{
    /// <summary>Why this node's last boot reset itself; empty: it didn't, or the cluster has been
    /// told.</summary>
    public string ResetReason { get; init; } = "";
}

/// <summary>How long things may take.</summary>
public sealed record ControlLimits
{
    /// <summary>A member of a view may stay silent that long.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The coordinator's ticks.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A coordinator that misses its ticks, or a member that acknowledges
    /// nothing, for that long is stuck.</summary>
    public TimeSpan Stuck { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>A controller whose node lives may be away that long.</summary>
    public TimeSpan ControllerGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Planning waits that long for members that are joining.</summary>
    public TimeSpan Join { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A planner that hasn't answered within this time has failed:
    /// well beyond its own budget.</summary>
    public TimeSpan Planning { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The first pause before planning is tried again; it doubles with each failure, up to
    /// <see cref="FencePause"/>.</summary>
    public TimeSpan PlanRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A store that fails in a way that may pass is given that
    /// long before its node leaves.</summary>
    public TimeSpan StorePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A client's change is committed within this time, or the client is told
    /// that the outcome is unknown.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Pause before fencing is tried again, times the attempts so far.</summary>
    public TimeSpan FenceRetry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Results that nothing waits for may wait this long for others, to be sent together.</summary>
    public TimeSpan ResultsTogether { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>The same where another operation follows on the node, so that more results are sure to come:
    /// each entry costs the messaging layer some 20 ms, in which little else runs on a small
    /// machine.</summary>
    public TimeSpan ResultsInSequence { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Starts that were allowed with a fencing are given up if it
    /// isn't confirmed within that.</summary>
    public TimeSpan AllowedStart { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After fencing has failed as often as allowed, how long until it is tried again.</summary>
    public TimeSpan FencePause { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Time as a step sees it.</summary>
/// <param name="Now">The boot clock, for decisions.</param>
/// <param name="Wall">The wall clock, for people and for rules with dates.</param>
public readonly record struct ControlTime(Instant Now, DateTimeOffset Wall);
