namespace Truce.Model;

/// <summary>The container of a bundle (<c>docker</c>, <c>podman</c>, <c>rkt</c>).</summary>
public sealed record BundleContainer(ContainerKind Kind, string Image)
{
    /// <summary>How many replicas.</summary>
    public int? Replicas { get; init; }

    /// <summary>How many replicas one node may host.</summary>
    public int? ReplicasPerHost { get; init; }

    /// <summary>How many replicas may be promoted (older name: masters).</summary>
    public int? PromotedMax { get; init; }

    /// <summary>The command run inside.</summary>
    public string? RunCommand { get; init; }

    /// <summary>The container engine's network option.</summary>
    public string? Network { get; init; }

    /// <summary>Further options of the container engine. They count to the space for digests.</summary>
    public string? Options { get; init; }
}

/// <summary>The container engines of bundles.</summary>
public enum ContainerKind
{
    /// <summary>Docker.</summary>
    Docker,

    /// <summary>Podman.</summary>
    Podman,

    /// <summary>rkt, of older schemas.</summary>
    Rkt,
}

/// <summary>The network of a bundle.</summary>
public sealed record BundleNetwork
{
    /// <summary>The first address; replicas get it and those after it.</summary>
    public string? IpRangeStart { get; init; }

    /// <summary>The port of the executor inside.</summary>
    public int? ControlPort { get; init; }

    /// <summary>The host's interface for the addresses.</summary>
    public string? HostInterface { get; init; }

    /// <summary>The addresses' network mask in bits.</summary>
    public int? HostNetmask { get; init; }

    /// <summary>Whether replicas know each other by name in /etc/hosts.</summary>
    public bool? AddHost { get; init; }

    /// <summary>Ports of the host that lead into the container.</summary>
    public EquatableArray<PortMapping> PortMappings { get; init; }
}

/// <summary>One port, or a range of them (then <paramref name="Port"/> is null).</summary>
public sealed record PortMapping(string Id, int? Port, int? InternalPort, string? Range);

/// <summary>
/// A host folder in the container: <paramref name="SourceDir"/> is the same for all replicas, under
/// <paramref name="SourceDirRoot"/> each has one of its own; one of both is set.
/// </summary>
public sealed record StorageMapping(string Id, string? SourceDir, string? SourceDirRoot, string TargetDir,
    string? Options);
