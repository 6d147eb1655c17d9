using System.Collections.Immutable;
using Truce.Analysis.Findings;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Failover;

/// <summary>What to compute.</summary>
public sealed record FailoverRequest
{
    /// <summary>The cluster. Without a node online, all nodes are taken to be up and
    /// everything to run where it would.</summary>
    public required Cib Cib { get; init; }

    /// <summary>The time that rules are judged by.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The scheduler: what the cluster does after each failure is its plan.</summary>
    public required PlanMaker Planner { get; init; }

    /// <summary>Corosync's times; null: its defaults for that many nodes.</summary>
    public CorosyncTimes? Corosync { get; init; }

    /// <summary>Truce's own times.</summary>
    public ClusterTimes Times { get; init; } = new();

    /// <summary>What tests of the agents found, where the cluster has measured nothing.</summary>
    public IReadOnlyDictionary<AgentName, TestedAgent> Tested { get; init; } =
        ImmutableDictionary<AgentName, TestedAgent>.Empty;

    /// <summary>Only these resources, or what is in them; empty: all.</summary>
    public ImmutableArray<ResourceId> Resources { get; init; } = [];

    /// <summary>Only these causes.</summary>
    public ImmutableArray<FailoverCause> Causes { get; init; } = FailoverCauses.All;
}

/// <summary>
/// The times that Truce itself takes. Their defaults are those of the daemons (a test holds them together);
/// the simulator hands in what it runs with.
/// </summary>
public sealed record ClusterTimes
{
    /// <summary>Committing what happened, planning, and ordering what follows,
    /// at worst, for each plan.</summary>
    public long DecisionMs { get; init; } = 1_000;

    /// <summary>A controller whose node lives may be away that long.</summary>
    public long ControllerGraceMs { get; init; } = 10_000;

    /// <summary>A coordinator that is silent for that long is stuck.</summary>
    public long StuckMs { get; init; } = 6_000;

    /// <summary>How often the others look at it.</summary>
    public long TickMs { get; init; } = 1_000;

    /// <summary>Operations that a node's executor runs at once, at least.</summary>
    public int OperationsAtOnce { get; init; } = 8;

    /// <summary>What an operation usually takes where nothing was measured.</summary>
    public long UsualOperationMs { get; init; } = 1_000;
}
