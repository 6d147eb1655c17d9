using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>
/// What the checker reads of a CIB, by itself: it shares no code with the scheduler. It claims
/// only what is beyond doubt (<see cref="IsOnline"/> and <see cref="IsLost"/> may both be false)
/// and leaves alone what rules decide.
/// </summary>
internal sealed class CheckedCluster
{
    private readonly Dictionary<NodeId, Model.NodeState> _states = [];
    private readonly Dictionary<NodeId, Node> _configured = [];
    private readonly Dictionary<string, CheckedResource> _resources = [];

    public CheckedCluster(Cib cib)
    {
        Cib = cib;
        foreach (Node node in cib.Configuration.Nodes)
            _configured[node.Name] = node;
        foreach (Model.NodeState state in cib.Status.NodeStates)
            _states.TryAdd(NameOf(state), state);
        foreach (Resource resource in cib.Configuration.Resources)
            AddResource(resource, null);
    }

    public Cib Cib { get; }

    public IEnumerable<CheckedResource> Resources => _resources.Values;

    public IEnumerable<NodeId> Nodes => _states.Keys.Union(_configured.Keys);

    /// <summary>Whether fencing is on: the default is yes.</summary>
    public bool FencingEnabled =>
        CibBoolean.Parse(Option("fencing-enabled") ?? Option("stonith-enabled")) != false;

    /// <summary>Whether the CIB says that there is no quorum.</summary>
    public bool LacksQuorum => Cib.Header.HaveQuorum == false;

    /// <summary>The cluster option of that name, if it is set and no rule is about it.</summary>
    public string? Option(string name) => Plain(Cib.Configuration.ClusterProperties, name).Value;

    /// <summary>Whether a resource or instance of that id is configured, and which.</summary>
    public CheckedResource? Find(string? id)
    {
        if (id is null)
            return null;
        if (_resources.TryGetValue(id, out CheckedResource? exact))
            return exact;
        int colon = id.LastIndexOf(':');
        return colon > 0 ? _resources.GetValueOrDefault(id[..colon]) : null;
    }

    /// <summary>Whether the node is a full member: neither a remote node nor a guest.</summary>
    public bool IsMember(NodeId node) =>
        (!_configured.TryGetValue(node, out Node? configured) || configured.Type != NodeType.Remote)
        && (!_states.TryGetValue(node, out Model.NodeState? state) || state.RemoteNode != true)
        && Find(node.Value) is null
        && (_configured.ContainsKey(node) || (_states.TryGetValue(node, out state) && state.InCcm is not null));

    /// <summary>Certainly a working member.</summary>
    public bool IsOnline(NodeId node) =>
        _states.TryGetValue(node, out Model.NodeState? s)
        && s is { InCcm.IsUp: true, Crmd.IsUp: true, Join: "member" };

    /// <summary>Certainly not a working member.</summary>
    public bool IsOffline(NodeId node) =>
        !_states.TryGetValue(node, out Model.NodeState? s) || s.InCcm is { IsUp: false } || s.Crmd is { IsUp: false };

    /// <summary>Certainly lost: it was expected to be there, and isn't.</summary>
    public bool IsLost(NodeId node) =>
        _states.TryGetValue(node, out Model.NodeState? s)
        && s is { InCcm.IsUp: false, Expected: "member", Join: "member" };

    /// <summary>Whether the node is explicitly configured to run nothing.</summary>
    public bool IsStandby(NodeId node) => NodeFlag(node, "standby");

    /// <summary>Whether what runs on the node is to be left alone.</summary>
    public bool IsInMaintenance(NodeId node) => NodeFlag(node, "maintenance");

    /// <summary>What a node's history says of a resource.</summary>
    public CheckedActivity Activity(string historyId, NodeId node)
    {
        if (!_states.TryGetValue(node, out Model.NodeState? state) || state.History is not { } history)
            return CheckedActivity.None;
        int place = history.Resources.FindIndex(r => r.Id.Value == historyId);
        return place < 0 ? CheckedActivity.None : CheckedHistory.Activity(history.Resources[place]);
    }

    /// <summary>The value of a name in attribute sets; unknown where a rule
    /// or reference could decide.</summary>
    public static (bool Known, string? Value) Plain(EquatableArray<AttributeSet> sets, string name)
    {
        string? value = null;
        foreach (AttributeSet set in sets)
        {
            bool names = set.IdRef is not null || set.Pairs.Any(p => p.IdRef is not null || p.Name == name);
            if (!names)
                continue;
            if (set.Rule is not null || set.IdRef is not null || set.Pairs.Any(p => p.IdRef is not null) || value is not null)
                return (false, null);
            value = set.Pairs.First(p => p.Name == name).Value;
        }

        return (true, value);
    }

    private bool NodeFlag(NodeId node, string name)
    {
        string? value = null;
        if (_configured.TryGetValue(node, out Node? configured))
            value = Plain(configured.InstanceAttributes, name).Value;
        if (value is null && _states.TryGetValue(node, out Model.NodeState? state) && state.TransientAttributes is { } t)
            value = Plain(t.Sets, name).Value;
        return CibBoolean.Parse(value) == true;
    }

    private NodeId NameOf(Model.NodeState state)
    {
        if (state.Name is { } name)
            return name;
        foreach (Node node in _configured.Values)
        {
            if (node.Id == state.Id)
                return node.Name;
        }

        return new NodeId(state.Id.Value);
    }

    private CheckedResource AddResource(Resource resource, CheckedResource? parent)
    {
        CheckedResource added = new(this, resource, parent);
        _resources.TryAdd(resource.Id.Value, added);
        switch (resource)
        {
            case Resource.Group group:
                foreach (Resource.Primitive member in group.Members)
                    added.Members.Add(AddResource(member, added));
                break;
            case Resource.Cloned clone:
                added.Members.Add(AddResource(clone.Child, added));
                break;
            case Resource.Bundle { Content: { } content }:
                added.Members.Add(AddResource(content, added));
                break;
            case Resource.Bundle or Resource.Primitive:
                break;
        }

        return added;
    }
}
