namespace Truce.Model.Replication;

/// <summary>
/// What may have been started of a resource on a node, in its present boot, and not stopped since: with which
/// agent and which parameters. It is stopped by these, whatever the configuration says by then.
/// </summary>
public sealed record StartedAs
{
    /// <summary>Where.</summary>
    public required NodeId Node { get; init; }

    /// <summary>History id of the resource.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>The agent that started it.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>The agent's parameters; may hold secrets, never logged or shown.</summary>
    public required EquatableArray<NameText> Parameters { get; init; }

    /// <summary>Whether the parameters are known; if not, the configuration's have to do.</summary>
    public bool ParametersKnown { get; init; } = true;

    /// <summary>The cluster time since when it is known to run, in milliseconds; null: its start hasn't
    /// succeeded, as far as is known.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Leaves the parameters out: they may hold secrets.</summary>
    public override string ToString() => $"{Resource} on {Node} by {Agent}";
}
