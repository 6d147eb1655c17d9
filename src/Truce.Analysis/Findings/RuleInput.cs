using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Fencing;

namespace Truce.Analysis.Findings;

/// <summary>What rules look at.</summary>
public sealed class RuleInput
{
    private const long TimeoutDefaultMs = 20_000;

    private readonly Lazy<IReadOnlyList<PlacedPrimitive>> _primitives;
    private readonly Lazy<ILookup<string, MeasuredTimes>> _measured;
    private readonly Lazy<Losses> _losses;

    /// <summary>Looks at a configuration with the status that came with it.</summary>
    public RuleInput(Cib cib)
    {
        ArgumentNullException.ThrowIfNull(cib);
        Cib = cib;
        Index = new ConfigurationIndex(cib.Configuration);
        Options = ClusterOptions.From(Index, null);
        _measured = new(() => MeasuredTimes.ByKey(cib.Status.Measured));
        _losses = new(() => new Losses(this, Trial!));
        _primitives = new(() => [.. cib.Configuration.Resources.SelectMany(r => Within(r, []))]);
    }

    /// <summary>The configuration, read, with the status that came with it.</summary>
    public Cib Cib { get; }

    /// <summary>The configuration.</summary>
    public Configuration Configuration => Cib.Configuration;

    /// <summary>The configuration's references, resolved.</summary>
    public ConfigurationIndex Index { get; }

    /// <summary>The cluster's options, those of sets with rules left out.</summary>
    public ClusterOptions Options { get; }

    /// <summary>Every primitive, also within groups, clones and bundles.</summary>
    public IReadOnlyList<PlacedPrimitive> Primitives => _primitives.Value;

    /// <summary>What the cluster measured, by key.</summary>
    public ILookup<string, MeasuredTimes> Measured => _measured.Value;

    /// <summary>Every resource, each before what is in it.</summary>
    public IEnumerable<Resource> Resources => Configuration.Resources.SelectMany(WithChildren);

    /// <summary>Nodes that run resources themselves.</summary>
    public IEnumerable<Node> Members => Configuration.Nodes.Where(n => n.Type == NodeType.Member);

    /// <summary>What is known of agents; null: nothing.</summary>
    public IKnownAgents? Agents { get; init; }

    /// <summary>What tests found of the agents that were tested as they are installed; null: nothing is
    /// known.</summary>
    public IReadOnlyDictionary<AgentName, TestedAgent>? Tested { get; init; }

    /// <summary>The resources whose parameters their agents refuse; null: they weren't asked.</summary>
    public IReadOnlyDictionary<ResourceId, RefusedParameters>? Refused { get; init; }

    /// <summary>Plans on paper; null: none are made.</summary>
    public Trial? Trial { get; init; }

    /// <summary>What time it is; null: unknown.</summary>
    public DateTimeOffset? Now
    {
        get => field ?? Trial?.Now;
        init;
    }

    /// <summary>What losses of nodes leave unrunnable; null: no plans are made, or a live cluster waits for
    /// the answer.</summary>
    public Losses? Loss => Trial is null || Live is not null ? null : _losses.Value;

    /// <summary>Which agents each node of the live cluster offers; null: this is no live cluster.</summary>
    public OfferedAgents? Live { get; init; }

    /// <summary>The nodes' files corosync.conf; the first stands for all where one is enough.</summary>
    public ImmutableArray<CorosyncFile> Corosync { get; init; } = [];

    /// <summary>What is known of sbd: the nodes' settings, and the headers of its devices.</summary>
    public ImmutableArray<SbdFile> Sbd { get; init; } = [];

    /// <summary>
    /// Errors that the configuration in force has too, by finding and element: they are warnings here, as a
    /// change that has nothing to do with them isn't refused over them.
    /// </summary>
    public IReadOnlySet<(string Id, string Element)> Standing { get; init; } =
        new HashSet<(string, string)>();

    /// <summary>How many findings of one kind are listed: more are no help, unless every one must be
    /// answered for.</summary>
    public int FindingsPerKindMax { get; init; } = 50;

    /// <summary>Whether a rule of this need can be answered.</summary>
    public bool Knows(RuleNeed need) => need switch
    {
        RuleNeed.ConfigurationAlone => true,
        RuleNeed.AgentMetadata => Agents is not null,
        RuleNeed.AgentTests => Tested is not null,
        RuleNeed.AgentValidation => Refused is not null,
        RuleNeed.LiveCluster => Live is not null,
        RuleNeed.Corosync => !Corosync.IsEmpty,
        RuleNeed.Sbd => !Sbd.IsEmpty,
        RuleNeed.Planner => Trial is not null,
    };

    /// <summary>An option of the cluster where it is written, by its newer or older name.</summary>
    public Spot SpotOfOption(string name, string olderName) =>
        PlacedPrimitive.Pairs(Configuration.ClusterProperties)
            .FirstOrDefault(p => p.Name == name || p.Name == olderName) is { } pair
            ? Spot.Of(pair, Spot.ClusterProperties)
            : Spot.ClusterProperties;

    /// <summary>A meta attribute of a resource of any kind, as the first set without a rule has it.</summary>
    public NameValue? Meta(Resource resource, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (PlacedPrimitive.Pairs(Index.Resolve(resource.MetaAttributes))
                .FirstOrDefault(p => p.Name == name) is { } pair)
                return pair;
        }

        return null;
    }

    /// <summary>A meta attribute in force: its own, that of a group or clone around it, or the
    /// default.</summary>
    public NameValue? MetaInForce(PlacedPrimitive primitive, params ReadOnlySpan<string> names)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        foreach (string name in names)
        {
            if (primitive.Meta(name) is { } own)
                return own;
        }

        foreach (Resource parent in primitive.Parents)
        {
            if (Meta(parent, names) is { } inherited)
                return inherited;
        }

        foreach (string name in names)
        {
            if (PlacedPrimitive.Pairs(Index.Resolve(Configuration.ResourceDefaults))
                .FirstOrDefault(p => p.Name == name) is { } otherwise)
                return otherwise;
        }

        return null;
    }

    /// <summary>The primitives that a resource is or holds.</summary>
    public IEnumerable<PlacedPrimitive> PrimitivesOf(ResourceId id) =>
        Primitives.Where(p => p.Written.Id == id || p.Parents.Any(r => r.Id == id));

    /// <summary>How long an operation may take: its own timeout, or the default.</summary>
    public long TimeoutMs(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return operation.Timeout?.Milliseconds
            ?? Timeout(PlacedPrimitive.Pairs(operation.MetaAttributes)
                .Concat(PlacedPrimitive.Pairs(Configuration.OperationDefaults)))
            ?? TimeoutDefaultMs;
    }

    /// <summary>How long an operation may take of which the configuration says nothing.</summary>
    public long DefaultTimeoutMs =>
        Timeout(PlacedPrimitive.Pairs(Configuration.OperationDefaults)) ?? TimeoutDefaultMs;

    private static long? Timeout(IEnumerable<NameValue> pairs) =>
        Interval.ParseMilliseconds(pairs.FirstOrDefault(p => p.Name == "timeout")?.Value);

    private IEnumerable<PlacedPrimitive> Within(Resource resource, EquatableArray<Resource> parents) =>
        resource is Resource.Primitive primitive
        ? [new PlacedPrimitive(primitive, Index.Effective(primitive), parents)]
        : resource.Children.SelectMany(c => Within(c, [resource, .. parents]));

    private static IEnumerable<Resource> WithChildren(Resource resource) =>
        [resource, .. resource.Children.SelectMany(WithChildren)];
}

/// <summary>Which agents the nodes of a cluster lack, of those that a configuration wants.</summary>
/// <param name="Missing">By agent, the nodes that answered and haven't got it.</param>
/// <param name="Answered">The nodes that answered.</param>
public sealed record OfferedAgents(
    IReadOnlyDictionary<AgentName, EquatableArray<NodeId>> Missing, EquatableArray<NodeId> Answered)
{
    /// <summary>Nodes that are there and didn't answer.</summary>
    public int Others { get; init; }

    /// <summary>Agents that only this node was asked for.</summary>
    public ImmutableHashSet<AgentName> HereOnly { get; init; } = [];

    /// <summary>Agents that one of the others has run: it has them.</summary>
    public ImmutableHashSet<AgentName> RunElsewhere { get; init; } = [];
}
