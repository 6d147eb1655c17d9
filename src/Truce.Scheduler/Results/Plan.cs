using System.Collections.Immutable;

using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler;

/// <summary>What the scheduler decided for one cluster at one instant.</summary>
/// <param name="Current">The cluster as it is.</param>
/// <param name="Decisions">In the order of the transition summary; fencing first.</param>
/// <param name="Graph">The actions that lead there.</param>
/// <param name="Scores">Score lines in the order in which they were computed; empty unless asked for.</param>
/// <param name="Utilization">Utilization lines in that order; empty unless asked for.</param>
/// <param name="Placements">Where each resource is placed, and how each score came about; empty unless
/// asked for.</param>
/// <param name="Warnings">What in the configuration was ignored or read otherwise, in plain words.</param>
public sealed record Plan(
    ClusterState Current,
    ImmutableArray<Decision> Decisions,
    TransitionGraph Graph,
    ImmutableArray<ScoreLine> Scores,
    ImmutableArray<UtilizationLine> Utilization,
    ImmutableArray<Placement> Placements,
    ImmutableArray<string> Warnings)
{
    /// <summary>Nodes that would be fenced if the guards didn't block what fails there.</summary>
    public ImmutableArray<AvoidedFence> Avoided { get; init; } = [];

    /// <summary>The graph as a drawing, with the actions that can't run; null unless asked for.</summary>
    public GraphDiagram? Diagram { get; init; }
}

/// <summary>The caller's input besides the CIB.</summary>
public sealed record PlanOptions
{
    /// <summary>The time that rules, expiry of failures and locks are judged by.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Replaces the CIB's have-quorum.</summary>
    public bool? Quorum { get; init; }

    /// <summary>Replaces the configured no-quorum-policy.</summary>
    public NoQuorumPolicy? NoQuorumPolicy { get; init; }

    /// <summary>Placements that the guards hold back.</summary>
    public ImmutableArray<GuardBan> Bans { get; init; } = [];

    /// <summary>Keep <see cref="Plan.Scores"/>.</summary>
    public bool KeepScores { get; init; }

    /// <summary>Keep <see cref="Plan.Utilization"/>.</summary>
    public bool KeepUtilization { get; init; }

    /// <summary>Keep <see cref="Plan.Placements"/>.</summary>
    public bool KeepPlacements { get; init; }

    /// <summary>How much work it may cost; null: any.</summary>
    public PlanBudget? Budget { get; init; }

    /// <summary>What <see cref="Plan.Diagram"/> is to show.</summary>
    public DiagramScope Diagram { get; init; }

    /// <summary>Resources that the guards block: nothing is done to them, and no
    /// node is fenced for them.</summary>
    public ImmutableArray<GuardBlock> Blocks { get; init; } = [];

    /// <summary>Nodes that host nothing, as in standby.</summary>
    public ImmutableArray<NodeId> Quarantined { get; init; } = [];
}

/// <summary>How much of a plan its drawing shows.</summary>
public enum DiagramScope
{
    /// <summary>There is no drawing.</summary>
    None,

    /// <summary>What the transition does, and what it should do but can't.</summary>
    Transition,

    /// <summary>What needn't be done, and what isn't managed, too.</summary>
    AllActions,
}

/// <summary>A guard's word that a resource must not be on a node for now.</summary>
public sealed record GuardBan(ResourceId Resource, NodeId Node, string Reason);

/// <summary>A guard's word that nothing is to be done to a resource, wherever it is.</summary>
public sealed record GuardBlock(ResourceId Resource, string Reason);

/// <summary>A node that isn't fenced, and what for.</summary>
public sealed record AvoidedFence(NodeId Node, EquatableArray<FenceCause> Causes);

/// <summary>One line of the scores.</summary>
public abstract record ScoreLine
{
    private ScoreLine() { }

    /// <summary>A score for placing a resource on a node: <c>LABEL: RESOURCE allocation
    /// score on NODE: SCORE</c>.</summary>
    public sealed record Allocation(string Label, ResourceId Resource, NodeId Node, int Score) : ScoreLine;

    /// <summary>A score for promoting: <c>RESOURCE promotion score on NODE: SCORE</c>, NODE
    /// <c>none</c> if unplaced.</summary>
    public sealed record Promotion(ResourceId Resource, NodeId? Node, int Score) : ScoreLine;

    /// <summary>The same of an instance that isn't active (<c>RESOURCE promotion
    /// score (inactive): SCORE</c>).</summary>
    public sealed record InactivePromotion(ResourceId Resource, int Score) : ScoreLine;
}

/// <summary>One line of the utilization: what is left of a node, or what a resource takes.</summary>
public abstract record UtilizationLine
{
    private UtilizationLine() { }

    /// <summary>Capacity of a node, originally or remaining.</summary>
    public sealed record Capacity(
        bool Remaining, NodeId Node, ImmutableArray<KeyValuePair<string, string>> Values) : UtilizationLine;

    /// <summary>What a resource takes on a node.</summary>
    public sealed record Assigned(
        string Label, ResourceId Resource, NodeId Node, ImmutableArray<KeyValuePair<string, string>> Values)
        : UtilizationLine;
}
