using System.Collections.Immutable;
using System.Globalization;
using Truce.Simulator.World;

namespace Truce.Simulator.Scenarios;

/// <summary>A run, complete: the same scenario gives the same run, step by step.</summary>
internal sealed record Scenario
{
    /// <summary>For the world's own chances, and for people.</summary>
    public required int Seed { get; init; }

    /// <summary>2 to 16.</summary>
    public required int Nodes { get; init; }

    public required QuorumRule Rule { get; init; }

    /// <summary>Where it is from.</summary>
    public required string ConfigurationName { get; init; }

    /// <summary>The CIB.</summary>
    public required string Configuration { get; init; }

    /// <summary>The watchdogs' timeout; null: no watchdogs.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>Processes have the numbers of their node's last boot.</summary>
    public bool ProcessNumbersRepeat { get; init; }

    /// <summary>What goes wrong, by time.</summary>
    public required ImmutableArray<PlannedFault> Faults { get; init; }

    /// <summary>When the operator changes the configuration, in milliseconds after the
    /// cluster has begun to run.</summary>
    public ImmutableArray<int> Changes { get; init; } = [];

    /// <summary>How long faults may happen.</summary>
    public TimeSpan Trouble { get; init; } = TimeSpan.FromSeconds(400);

    /// <summary>The least that a run lasts.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(600);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Nodes} nodes, quorum by {Rule}, configuration {ConfigurationName}, {Faults.Length} faults"
        + $"{(Watchdog is null ? "" : ", watchdogs")}{(ProcessNumbersRepeat ? ", process numbers repeat" : "")}");
}

/// <summary>One fault, everything about it drawn beforehand, so that leaving out
/// another doesn't change it.</summary>
/// <param name="AtMs">Not before, after the cluster has begun to run.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">Whom, as a number to be taken modulo the nodes.</param>
/// <param name="Other">Another one, if it needs one.</param>
/// <param name="A">For durations: 0 is short, 1 is long.</param>
/// <param name="B">For choices, 0 to 1.</param>
/// <param name="When">It waits (up to half a minute) until this is so; null: it doesn't wait.</param>
internal sealed record PlannedFault(int AtMs, FaultKind Kind, int Node, int Other, double A, double B, Moment? When);
