namespace Truce.Model.Replication;

/// <summary>A resource that isn't there, because something failed, and that is being recovered.</summary>
public sealed record OpenRecovery
{
    /// <summary>The resource as configured.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>What failed.</summary>
    public required RecoveryCause Cause { get; init; }

    /// <summary>Where it ran.</summary>
    public required NodeId Node { get; init; }

    /// <summary>With what it is there again.</summary>
    public required RecoveryEnd Until { get; init; }

    /// <summary>When the cluster knew, by the wall clock of the node that said so.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The same in cluster time, milliseconds.</summary>
    public required long SinceMs { get; init; }
}

/// <summary>The operation with which a resource is there again.</summary>
public enum RecoveryEnd
{
    /// <summary>It has been started.</summary>
    Start,

    /// <summary>An instance has been promoted.</summary>
    Promote,
}
