using Truce.Model;

namespace Truce.Analysis.Execution;

/// <summary>
/// A status section being changed. The model is immutable; a transition of thousands of operations would copy
/// the history of its nodes as often, so the changes are collected here and turned into a model once.
/// </summary>
internal sealed class StatusDraft
{
    private readonly Cib _cib;
    private readonly List<NodeDraft> _nodes = [];
    private readonly Dictionary<NodeId, NodeDraft> _byName = [];
    private readonly HashSet<ResourceId> _historyIds = [];

    public StatusDraft(Cib cib)
    {
        _cib = cib;
        Dictionary<NodeUuid, NodeId> names = [];
        foreach (Node node in cib.Configuration.Nodes)
            names[node.Id] = node.Name;
        foreach (Model.NodeState state in cib.Status.NodeStates)
        {
            NodeId name = state.Name ?? names.GetValueOrDefault(state.Id, new NodeId(state.Id.Value));
            Add(new NodeDraft(name, state));
        }
    }

    /// <summary>Whether any node keeps history under that id.</summary>
    public bool HasHistory(ResourceId id) => _historyIds.Contains(id);

    /// <summary>The node of that name, or null.</summary>
    public NodeDraft? Find(NodeId name) => _byName.GetValueOrDefault(name);

    /// <summary>The node of that name, made if there was no record of it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="uuid">Its id, if known; otherwise that of the configuration, or its name.</param>
    /// <param name="remote">Whether it is a remote node or a guest.</param>
    public NodeDraft Demand(NodeId name, string? uuid, bool remote)
    {
        if (Find(name) is { } known)
            return known;
        NodeUuid id = uuid is not null ? new NodeUuid(uuid) : ConfiguredId(name) ?? new NodeUuid(name.Value);
        return Add(new NodeDraft(name, new Model.NodeState(id) { Name = name, RemoteNode = remote ? true : null }));
    }

    /// <summary>The CIB with the changed status.</summary>
    public Cib ToCib() => _cib with
    {
        Status = _cib.Status with { NodeStates = new([.. _nodes.Select(n => n.ToState())]) },
    };

    private NodeDraft Add(NodeDraft node)
    {
        _nodes.Add(node);
        _byName.TryAdd(node.Name, node);
        foreach (ResourceHistory history in node.Histories)
            _historyIds.Add(history.Id);
        return node;
    }

    private NodeUuid? ConfiguredId(NodeId name)
    {
        foreach (Node node in _cib.Configuration.Nodes)
        {
            if (node.Name == name)
                return node.Id;
        }

        return null;
    }
}
