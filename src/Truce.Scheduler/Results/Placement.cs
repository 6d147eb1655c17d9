using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Scheduler;

/// <summary>What sort of rule changed a score.</summary>
public enum ScoreRule
{
    /// <summary>A location constraint; the source is its id.</summary>
    Location,

    /// <summary>The node's own score, as its entry in the configuration says.</summary>
    NodeScore,

    /// <summary>It prefers to stay where it is.</summary>
    Stickiness,

    /// <summary>The node's health attributes; the source is the strategy.</summary>
    Health,

    /// <summary>It isn't managed, and stays where it is.</summary>
    NotManaged,

    /// <summary>A guard holds it back; the source is the guard's sentence.</summary>
    Guard,

    /// <summary>Stopping it failed there; the source is the operation's key, the other
    /// resource what it failed for. So with the next three.</summary>
    FailedStop,

    /// <summary>An error that the node doesn't cure by trying again.</summary>
    HardError,

    /// <summary>An error that no node cures.</summary>
    FatalError,

    /// <summary>An operation failed whose on-fail is stop.</summary>
    FailureStops,

    /// <summary>It failed there as often as migration-threshold says.</summary>
    FailureLimit,

    /// <summary>It is no longer configured.</summary>
    Removed,

    /// <summary>A node that is shut down keeps it; the source is that node.</summary>
    ShutdownLock,

    /// <summary>A ticket isn't granted; the source is the constraint.</summary>
    TicketMissing,

    /// <summary>A ticket is in standby; the source is the constraint.</summary>
    TicketStandby,

    /// <summary>A colocation with the other resource; the source is the constraint.</summary>
    Colocation,

    /// <summary>A colocation of the other resource with this one: where that may be.</summary>
    Follower,

    /// <summary>The agent's promotion score.</summary>
    Promotion,

    /// <summary>The node hasn't room for it, with all that must be with it.</summary>
    Utilization,

    /// <summary>It is to be stopped: disabled, or after a failure.</summary>
    ToBeStopped,

    /// <summary>There are as many instances as clone-max says.</summary>
    EnoughInstances,

    /// <summary>Another instance has the place there, or the clone may not be there.</summary>
    NoRoomForInstance,

    /// <summary>A constraint with exclusive discovery doesn't name the node.</summary>
    NotNamed,

    /// <summary>It can't be on a node of that kind: remote nodes and guests run neither
    /// fence devices nor connections nor guests.</summary>
    NodeKind,

    /// <summary>What is in a container is on its own guest.</summary>
    InContainer,

    /// <summary>It was active on several nodes, and multiple-active says to stop it.</summary>
    ActiveTwice,

    /// <summary>It comes after an instance of the other clone, and none is where it could be.</summary>
    Interleave,

    /// <summary>The role asked for keeps it from being promoted.</summary>
    RoleAsked,

    /// <summary>The node can't run anything.</summary>
    NodeUnavailable,
}

/// <summary>One step by which a score came about.</summary>
/// <param name="Score">What was added.</param>
/// <param name="Becomes">It replaced what was there instead.</param>
/// <param name="Rule">What sort of rule says so.</param>
/// <param name="Source">The constraint, option or operation that it comes from.</param>
/// <param name="Other">The resource that it comes through, or null.</param>
public sealed record ScorePart(int Score, bool Becomes, ScoreRule Rule, string Source, ResourceId? Other);

/// <summary>What a resource's score on a node is, and how it came about.</summary>
/// <param name="Node">The node.</param>
/// <param name="Considered">False: in an opt-in cluster no constraint names the node.</param>
/// <param name="Available">Whether the node can run anything.</param>
/// <param name="Score">The score in the end.</param>
/// <param name="Parts">The steps, in order.</param>
public sealed record NodePlacement(
    NodeId Node, bool Considered, bool Available, int Score, ImmutableArray<ScorePart> Parts);

/// <summary>A resource that must be where another is, and the constraint that says so.</summary>
public sealed record Companion(ResourceId Resource, string Constraint);

/// <summary>Where a resource instance is placed, and why there or nowhere.</summary>
/// <param name="Resource">The instance.</param>
/// <param name="Node">Where it is placed, or null.</param>
/// <param name="Role">Its role there.</param>
/// <param name="Managed">Whether anything may be done to it.</param>
/// <param name="Nodes">Every node.</param>
/// <param name="Promotion">How its promotion score came about; empty: there was none to decide.</param>
/// <param name="Collective">The clone or group that it is in, or null.</param>
public sealed record Placement(
    ResourceId Resource,
    NodeId? Node,
    ResourceRole Role,
    bool Managed,
    ImmutableArray<NodePlacement> Nodes,
    ImmutableArray<ScorePart> Promotion,
    ResourceId? Collective)
{
    /// <summary>What must be where it is.</summary>
    public ImmutableArray<Companion> Followers { get; init; } = [];

    /// <summary>What left it without a node, whatever the scores are; null: nothing did.</summary>
    public ScorePart? Nowhere { get; init; }
}
