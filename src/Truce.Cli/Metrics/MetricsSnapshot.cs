using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Cli.Metrics;

/// <summary>What one look at the cluster gave.</summary>
internal sealed record MetricsSnapshot
{
    /// <summary>The status; null: no cluster answered.</summary>
    public ClusterStatusDocument? Status { get; init; }

    /// <summary>How long it took to get the status.</summary>
    public TimeSpan StatusTook { get; init; }

    /// <summary>Configuration and history; null: a node that has none yet, or refused them.</summary>
    public Cib? Cib { get; init; }

    /// <summary>How long it took to get what the status doesn't tell.</summary>
    public TimeSpan RestTook { get; init; }

    /// <summary>When the configuration was last changed; null: not known.</summary>
    public DateTimeOffset? ConfiguredAt { get; init; }

    /// <summary>The fencings that the cluster remembers.</summary>
    public ImmutableArray<FenceRecord> Fences { get; init; } = [];

    /// <summary>The nodes' addresses as this machine's corosync.conf has them; null: it has no such
    /// file.</summary>
    public CorosyncLinks? Addresses { get; init; }

    /// <summary>What was counted of the cluster's events.</summary>
    public required EventTally Events { get; init; }

    /// <summary>When the cluster last answered everything; null: it never did.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>The version of this program.</summary>
    public required string Version { get; init; }
}
