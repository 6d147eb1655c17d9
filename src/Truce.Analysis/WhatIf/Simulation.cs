using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>What to simulate.</summary>
public sealed record SimulationRequest
{
    /// <summary>The cluster.</summary>
    public required Cib Cib { get; init; }

    /// <summary>Ends it from outside.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>The time to judge by.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The time as the user wrote it; null if it is the CIB's own or the real one.</summary>
    public string? NowAsWritten { get; init; }

    /// <summary>What is supposed to have happened before.</summary>
    public IReadOnlyList<Modification> Modifications { get; init; } = [];

    /// <summary>Operations that fail if they occur.</summary>
    public IReadOnlyList<OperationSpec> Failures { get; init; } = [];

    /// <summary>Whether the transition is executed on paper.</summary>
    public bool Execute { get; init; } = true;

    /// <summary>What else to write into the summary.</summary>
    public SummaryParts Parts { get; init; }

    /// <summary>Leave out of the summary what isn't asked for by <see cref="Parts"/>.</summary>
    public bool Quiet { get; init; }

    /// <summary>Keep the scores in the plan, though the summary doesn't show them.</summary>
    public bool KeepScores { get; init; }

    /// <summary>What the plan's drawing is to show.</summary>
    public DiagramScope Diagram { get; init; }
}

/// <summary>Parts of the summary that are written only when asked for.</summary>
[Flags]
public enum SummaryParts
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>Scores.</summary>
    Scores = 1,

    /// <summary>Utilization.</summary>
    Utilization = 2,

    /// <summary>Node attributes.</summary>
    Attributes = 4,

    /// <summary>Fail counts.</summary>
    FailCounts = 8,
}

/// <summary>What came of it.</summary>
/// <param name="Summary">The text that crm_simulate prints.</param>
/// <param name="Input">The CIB with the modifications.</param>
/// <param name="Plan">What the scheduler decided.</param>
/// <param name="Execution">What was executed; null if nothing was to be.</param>
/// <param name="Revised">The cluster afterwards; null if nothing was executed.</param>
public sealed record SimulationResult(
    string Summary, Cib Input, Plan Plan, PaperResult? Execution, ClusterState? Revised)
{
    /// <summary>The cluster before the modifications.</summary>
    public ClusterState Before { get; init; } = Plan.Current;

    /// <summary>The failures that injected operations have counted.</summary>
    public IReadOnlyList<(Modification Cause, PaperStep Step)> Counted { get; init; } = [];
}
