using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>Why the cluster doesn't touch a resource.</summary>
/// <param name="Why">In words, after <c>and</c>.</param>
/// <param name="Command">What ends it.</param>
internal sealed record LeftAlone(string Why, string Command)
{
    /// <summary>Why not; null: it does, or isn't configured.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="meta">Its meta attributes.</param>
    /// <param name="instance">The resource, or an instance of it.</param>
    /// <param name="node">Where it is; null: nowhere.</param>
    public static LeftAlone? Of(ReplicatedState state, MetaAttributes meta, string instance, string? node)
    {
        ResourceId id = new(InstanceNames.Configured(instance));
        if (meta.Index.Resource(id) is not Resource.Primitive primitive)
            return null;
        if (ControlOptions.Of(state).MaintenanceMode)
            return new LeftAlone("the cluster is in maintenance", "truce cluster maintenance off");
        if (node is not null && state.Member(new NodeId(node)) is { } member
            && NodeAttributes.IsMaintained(state, member))
            return new LeftAlone($"{node} is in maintenance", $"truce node ready {node}");
        if (CibBoolean.Parse(meta.Value(primitive, "maintenance")) == true)
            return new LeftAlone("it is in maintenance", $"truce resource meta {id} maintenance=false");
        return meta.IsManaged(primitive)
            ? null
            : new LeftAlone("it isn't managed", $"truce resource manage {id}");
    }
}
