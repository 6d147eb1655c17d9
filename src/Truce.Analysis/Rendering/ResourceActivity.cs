using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>Answers what status output asks of resources and nodes.</summary>
internal sealed class ResourceActivity
{
    private readonly Dictionary<NodeId, NodeStatus> _nodes = [];
    private readonly Dictionary<ResourceId, List<FailedOperation>> _failedProbes = [];

    public ResourceActivity(ClusterState cluster, Progress progress)
    {
        Progress = progress;
        foreach (NodeStatus node in cluster.Nodes)
            _nodes[node.Name] = node;
        foreach (FailedOperation failure in cluster.Failures)
        {
            // What a probe found on a node that is away says nothing of now.
            if (failure is not { Operation: OperationNames.Monitor, IntervalMilliseconds: 0 }
                || Find(failure.Node) is { Online: false })
                continue;
            if ((AgentExitCode)failure.ExitCode
                is not (AgentExitCode.NotInstalled or AgentExitCode.InvalidParameters))
                continue;
            if (!_failedProbes.TryGetValue(failure.Resource, out List<FailedOperation>? known))
                _failedProbes[failure.Resource] = known = [];
            known.Add(failure);
        }
    }

    /// <summary>Whether what is under way is named.</summary>
    public Progress Progress { get; }

    /// <summary>The node of that name; null if the cluster doesn't know it.</summary>
    public NodeStatus? Find(NodeId node) => _nodes.GetValueOrDefault(node);

    /// <summary>Whether all of it is active somewhere.</summary>
    public bool IsFullyActive(ResourceState resource) => resource switch
    {
        ResourceState.Primitive primitive => IsActive(primitive),
        ResourceState.Group group => group.Members.All(IsFullyActive),
        ResourceState.CloneSet clone => clone.Instances.All(IsFullyActive),
        ResourceState.Bundle bundle => bundle.Replicas.All(r => IsFullyActive(r.Container)),
    };

    /// <summary>Whether any of it is active somewhere.</summary>
    public bool IsPartlyActive(ResourceState resource) => resource switch
    {
        ResourceState.Primitive primitive => IsActive(primitive),
        ResourceState.Group group => group.Members.Any(IsPartlyActive),
        ResourceState.CloneSet clone => clone.Instances.Any(IsPartlyActive),
        ResourceState.Bundle bundle => bundle.Replicas.Any(r => IsPartlyActive(r.Container)),
    };

    /// <summary>Why the last probe of it failed on <paramref name="node"/>, or
    /// anywhere if that is null.</summary>
    public string? FailedProbe(ResourceState resource, NodeId? node)
    {
        ResourceState asked = resource is ResourceState.Group { Members: [var first, ..] } ? first : resource;
        FailedOperation? failure = _failedProbes.GetValueOrDefault(asked.HistoryId)?
            .Find(f => node is null || f.Node == node);
        return failure is null ? null : ExitCodeText.Of(failure.ExitCode);
    }

    // A node that left cleanly holds nothing any more, whatever its history says,
    // unless the cluster keeps its hands off.
    private bool IsActive(ResourceState.Primitive primitive)
    {
        foreach (NodeId name in primitive.ActiveOn)
        {
            if (_nodes.GetValueOrDefault(name) is not { } node || node.Unclean || node.Online)
                return true;
            if (!primitive.Marks.HasFlag(ResourceMarks.Managed))
                return true;
        }

        return false;
    }
}
