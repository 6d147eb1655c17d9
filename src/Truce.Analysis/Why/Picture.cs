using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Why;

/// <summary>A cluster and the plan for it, looked up by name.</summary>
internal sealed class Picture
{
    private readonly Dictionary<ResourceId, ResourceState> _states = [];
    private readonly Dictionary<ResourceId, ResourceState> _parents = [];
    private readonly Dictionary<ResourceId, Placement> _placements = [];
    private readonly Dictionary<ResourceId, Decision> _decisions = [];
    private readonly Dictionary<NodeId, NodeStatus> _nodes = [];

    public Picture(Cib cib, Plan plan, PlanOptions options, ImmutableArray<Departure> departures)
    {
        Departures = departures;
        Cib = cib;
        Plan = plan;
        Options = options;
        Index = new ConfigurationIndex(cib.Configuration);
        foreach (ResourceState top in plan.Current.Resources)
            Add(top, null);
        foreach (Placement placement in plan.Placements)
            _placements.TryAdd(placement.Resource, placement);
        foreach (Decision decision in plan.Decisions)
        {
            if (IdOf(decision) is { } id)
                _decisions.TryAdd(id, decision);
        }

        foreach (NodeStatus node in plan.Current.Nodes)
            _nodes.TryAdd(node.Name, node);
    }

    public Cib Cib { get; }

    public Plan Plan { get; }

    public PlanOptions Options { get; }

    /// <summary>Nodes that left by themselves.</summary>
    public ImmutableArray<Departure> Departures { get; }

    public ConfigurationIndex Index { get; }

    /// <summary>The instance as it is now; null where status output doesn't show it.</summary>
    public ResourceState? State(ResourceId id) => _states.GetValueOrDefault(id);

    public ResourceState? Parent(ResourceId id) => _parents.GetValueOrDefault(id);

    public Placement? Place(ResourceId id) => _placements.GetValueOrDefault(id);

    public Decision? Decided(ResourceId id) => _decisions.GetValueOrDefault(id);

    public NodeStatus? Node(NodeId id) => _nodes.GetValueOrDefault(id);

    /// <summary>Whether the plan fences a node.</summary>
    public Decision.Fence? Fencing(NodeId node) =>
        Plan.Decisions.OfType<Decision.Fence>().FirstOrDefault(f => f.Node == node && f.Action != "on");

    /// <summary>The instances with what is in them, as configured or as shown under that name.</summary>
    public IEnumerable<ResourceState> Named(string name) => _states.Values
        .Where(s => s.Id.Value == name || s.ConfigId.Value == name)
        .OrderByDescending(s => s.Id.Value == name).ThenByDescending(s => s is ResourceState.Primitive);

    /// <summary>The placements of a resource and all that is in it.</summary>
    public IEnumerable<Placement> Within(ResourceId id)
    {
        if (Place(id) is { } own)
            yield return own;
        foreach (ResourceState child in State(id)?.Children ?? [])
        {
            foreach (Placement each in Within(child.Id))
                yield return each;
        }
    }

    /// <summary>Where the primitives of a resource are placed.</summary>
    public ImmutableArray<NodeId> Places(ResourceId id) =>
    [
        .. Within(id).Where(p => State(p.Resource) is not { } s || s is ResourceState.Primitive)
            .Select(p => p.Node).OfType<NodeId>().Distinct(),
    ];

    private void Add(ResourceState state, ResourceState? parent)
    {
        _states.TryAdd(state.Id, state);
        if (parent is not null)
            _parents.TryAdd(state.Id, parent);
        foreach (ResourceState child in state.Children)
            Add(child, state);
    }

    private static ResourceId? IdOf(Decision decision) => decision switch
    {
        Decision.Fence => null,
        Decision.Resource r => r.Id,
        Decision.Leave leave => leave.Id,
    };
}
