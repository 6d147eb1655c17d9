using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a member's attributes say, read without the scheduler.</summary>
public static class NodeAttributes
{
    /// <summary>Whether nothing on a node is managed: by its attribute, or the cluster's option.</summary>
    public static bool IsMaintained(ReplicatedState state, MemberState member) =>
        CibBoolean.Parse(Value(state, member, "maintenance")) == true
            || ControlOptions.Of(state).MaintenanceMode;

    /// <summary>An attribute, transient or permanent.</summary>
    public static string? Value(ReplicatedState state, MemberState member, string name) =>
        Transient(state, member, name) ?? state.Cib.Configuration.Nodes.Where(n => n.Name == member.Node)
            .SelectMany(n => n.InstanceAttributes).SelectMany(s => s.Pairs).FirstOrDefault(p =>
                p.Name == name)?.Value;

    /// <summary>A transient attribute.</summary>
    public static string? Transient(ReplicatedState state, MemberState member, string name) =>
        StatusEditing.Transient(HistoryReading.Node(state.Cib.Status, member.Uuid), name);
}
