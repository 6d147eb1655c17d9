using System.Globalization;

namespace Truce.Model;

/// <summary>
/// The cluster information base: the configuration an administrator wrote and the status the cluster
/// observed. Equal by value.
/// </summary>
public sealed record Cib(CibHeader Header, Configuration Configuration, ClusterStatus Status)
{
    /// <summary>A configuration with nothing in it.</summary>
    public static Cib Empty { get; } = new(CibHeader.Empty, Configuration.Empty, ClusterStatus.Empty);
}

/// <summary>
/// The version of a CIB, compared in this order. <paramref name="AdminEpoch"/> is set by
/// people, <paramref name="Epoch"/> counts configuration changes,
/// <paramref name="NumUpdates"/> changes of the status since.
/// </summary>
public readonly record struct CibVersion(long AdminEpoch, long Epoch, long NumUpdates)
    : IComparable<CibVersion>
{
    /// <inheritdoc/>
    public int CompareTo(CibVersion other) =>
        (AdminEpoch, Epoch, NumUpdates).CompareTo((other.AdminEpoch, other.Epoch, other.NumUpdates));

    /// <inheritdoc/>
    public override string ToString() => $"{AdminEpoch}.{Epoch}.{NumUpdates}";
}

/// <summary>The attributes of the root element <c>cib</c>; null where absent.</summary>
public sealed record CibHeader
{
    /// <summary>Version 0.0.0 of the newest schema.</summary>
    public static CibHeader Empty { get; } = new() { ValidateWith = SchemaVersion.Newest };

    /// <summary>admin_epoch, epoch and num_updates.</summary>
    public CibVersion Version { get; init; }

    /// <summary>
    /// The schema the document follows (<c>validate-with</c>); null for <c>none</c> or absent.
    /// </summary>
    public SchemaVersion? ValidateWith { get; init; }

    /// <summary>The lowest feature set of the nodes (<c>crm_feature_set</c>).</summary>
    public string? CrmFeatureSet { get; init; }

    /// <summary>Whether the partition that wrote this had quorum.</summary>
    public bool? HaveQuorum { get; init; }

    /// <summary>The node id of the coordinator.</summary>
    public NodeUuid? DcUuid { get; init; }

    /// <summary>The time to evaluate rules at, as written: seconds since 1970 in recorded clusters.</summary>
    public string? ExecutionDate { get; init; }

    /// <summary>
    /// <see cref="ExecutionDate"/> as an instant; null if absent or not a number of seconds.
    /// </summary>
    public DateTimeOffset? ExecutionTime =>
        long.TryParse(ExecutionDate, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long seconds)
            && seconds is > -62_135_596_800 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>When the configuration was written last, for people.</summary>
    public string? CibLastWritten { get; init; }

    /// <summary>The node that wrote last.</summary>
    public string? UpdateOrigin { get; init; }

    /// <summary>The program that wrote last.</summary>
    public string? UpdateClient { get; init; }

    /// <summary>The user who wrote last.</summary>
    public string? UpdateUser { get; init; }

    /// <summary>An attribute of old clusters, kept.</summary>
    public bool? NoQuorumPanic { get; init; }

    /// <summary>The port for encrypted remote administration.</summary>
    public int? RemoteTlsPort { get; init; }

    /// <summary>The port for remote administration in the clear.</summary>
    public int? RemoteClearPort { get; init; }
}
