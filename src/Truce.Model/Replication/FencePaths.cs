namespace Truce.Model.Replication;

/// <summary>One way by which a node may have to fence another: what is known of whether it works.</summary>
public sealed record FencePath
{
    /// <summary>The node that fences.</summary>
    public required NodeId From { get; init; }

    /// <summary>The fence device.</summary>
    public required ResourceId Device { get; init; }

    /// <summary>The node that is fenced.</summary>
    public required NodeId Target { get; init; }

    /// <summary>Digest of the device's agent and parameters; with others, nothing is proven.</summary>
    public required string Digest { get; init; }

    /// <summary>When it last worked; null: not with these parameters, as far as is known.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>What that stands on.</summary>
    public FenceProof Proof { get; init; }

    /// <summary>When it last failed, if it hasn't worked since.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>What was said then.</summary>
    public string Failure { get; init; } = "";
}

/// <summary>What came of trying a path, without switching anything.</summary>
/// <param name="Device">The fence device.</param>
/// <param name="Target">The node it was asked about.</param>
/// <param name="Failure">What was said when it failed; empty: it works.</param>
public sealed record FencePathTry(ResourceId Device, NodeId Target, string Failure);
