namespace Truce.Model;

/// <summary>
/// What the administrator wrote. Every list keeps the order of the document, which breaks ties.
/// </summary>
public sealed record Configuration
{
    /// <summary>Nothing configured.</summary>
    public static Configuration Empty { get; } = new();

    /// <summary>
    /// The <c>cluster_property_set</c>s of <c>crm_config</c>: see <see cref="ClusterOptions"/>.
    /// </summary>
    public EquatableArray<AttributeSet> ClusterProperties { get; init; }

    /// <summary>Meta attributes that every resource has by default.</summary>
    public EquatableArray<AttributeSet> ResourceDefaults { get; init; }

    /// <summary>Meta attributes that every operation has by default.</summary>
    public EquatableArray<AttributeSet> OperationDefaults { get; init; }

    /// <summary>The nodes that the cluster may use.</summary>
    public EquatableArray<Node> Nodes { get; init; }

    /// <summary>Templates of primitives. Not resources themselves, but constraints may name them.</summary>
    public EquatableArray<ResourceTemplate> Templates { get; init; }

    /// <summary>The top-level resources.</summary>
    public EquatableArray<Resource> Resources { get; init; }

    /// <summary>The constraints of all kinds.</summary>
    public EquatableArray<Constraint> Constraints { get; init; }

    /// <summary>Named sets of resources (and other ids).</summary>
    public EquatableArray<Tag> Tags { get; init; }

    /// <summary>Which devices fence a node, in which order.</summary>
    public EquatableArray<FencingLevel> FencingTopology { get; init; }

    /// <summary>Who may read and write what; null if the section is absent.</summary>
    public AccessControl? AccessControl { get; init; }

    /// <summary>Programs called on events.</summary>
    public EquatableArray<Alert> Alerts { get; init; }
}

/// <summary>
/// A node as configured. <paramref name="DeclaredType"/> and
/// <paramref name="Score"/> are null where not written.
/// </summary>
public sealed record Node(NodeUuid Id, NodeId Name, NodeType? DeclaredType = null, string? Description = null,
    Score? Score = null)
{
    /// <summary>What kind of node; a member if not said.</summary>
    public NodeType Type => DeclaredType ?? NodeType.Member;

    /// <summary>Node attributes, permanent ones.</summary>
    public EquatableArray<AttributeSet> InstanceAttributes { get; init; }

    /// <summary>The node's capacities.</summary>
    public EquatableArray<AttributeSet> Utilization { get; init; }
}

/// <summary>The kinds of node.</summary>
public enum NodeType
{
    /// <summary>A full member.</summary>
    Member,

    /// <summary>A host that was only pinged, in clusters of old; runs nothing.</summary>
    Ping,

    /// <summary>A host without cluster membership, managed through a connection resource.</summary>
    Remote,
}

/// <summary>A named set of ids, usable in constraints instead of each of them.</summary>
public sealed record Tag(string Id, EquatableArray<string> Objects);

/// <summary>
/// One level of a node's fencing topology; all its <paramref name="Devices"/> must succeed. Levels are tried
/// by <paramref name="Index"/>, lowest first.
/// </summary>
public sealed record FencingLevel(string Id, LevelTarget Target, int Index,
    EquatableArray<ResourceId> Devices);

/// <summary>Which nodes a <see cref="FencingLevel"/> is for.</summary>
public abstract record LevelTarget
{
    private LevelTarget() { }

    /// <summary>The node of that name.</summary>
    public sealed record ByName(NodeId Node) : LevelTarget;

    /// <summary>Nodes whose name matches an extended regular expression.</summary>
    public sealed record ByPattern(string Pattern) : LevelTarget;

    /// <summary>Nodes that have a node attribute of that value.</summary>
    public sealed record ByAttributeValue(string Attribute, string Value) : LevelTarget;
}
