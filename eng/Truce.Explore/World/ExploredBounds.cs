namespace Truce.Explore.World;

/// <summary>What is explored.</summary>
internal sealed record ExploredBounds
{
    /// <summary>Nodes; n1, n2, …</summary>
    public int Nodes { get; init; } = 2;

    /// <summary>Services; r1, r2, …</summary>
    public int Resources { get; init; } = 1;

    /// <summary>Faults in a row of events.</summary>
    public int Faults { get; init; } = 1;

    /// <summary>Boots of each node, its first included.</summary>
    public int Boots { get; init; } = 2;

    /// <summary>How long after the last thing that happened time goes on: all that waits for time alone has
    /// happened by then (silence, stuck, grace, join).</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Kinds of faults; empty: all.</summary>
    public System.Collections.Immutable.ImmutableArray<MoveKind> Kinds { get; init; } = [];

    /// <summary>Devices say that a node is off and do nothing: to prove that a breach is found.</summary>
    public bool DevicesLie { get; init; }

    public bool Allows(MoveKind kind) => Kinds.IsEmpty || Kinds.Contains(kind);
}
