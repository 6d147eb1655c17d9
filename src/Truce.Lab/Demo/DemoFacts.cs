using System.Collections.Immutable;

namespace Truce.Lab.Demo;

/// <summary>A line of a record of the world: of the lab's events, or of what agents did.</summary>
/// <param name="At">Nanoseconds since 1970.</param>
/// <param name="Node">Where.</param>
/// <param name="Resource">Which resource; null for power.</param>
/// <param name="What">The first word: power-off, start, started, …</param>
/// <param name="Detail">The rest of the line.</param>
public sealed record WorldLine(long At, string Node, string? Resource, string What, string Detail);

/// <summary>What the cluster reported about itself.</summary>
public sealed record ToldEvent(long At, string Kind, string? Node, string? Resource, string Detail);

/// <summary>Everything that is known of one demo.</summary>
public sealed record DemoFacts
{
    /// <summary>The node whose power was cut.</summary>
    public required string Victim { get; init; }

    /// <summary>When.</summary>
    public required long CutAt { get; init; }

    /// <summary>Milliseconds of silence that the engine is configured to wait for.</summary>
    public required int TokenMs { get; init; }

    /// <summary>What the lab and the agents recorded, in the order of time.</summary>
    public required ImmutableArray<WorldLine> World { get; init; }

    /// <summary>What the client saw.</summary>
    public required ImmutableArray<PageRequest> Requests { get; init; }

    /// <summary>What the cluster reported.</summary>
    public required ImmutableArray<ToldEvent> Told { get; init; }

    /// <summary>Who stamped the shared disk, in the order of the stamps.</summary>
    public required ImmutableArray<string> Writers { get; init; }
}
