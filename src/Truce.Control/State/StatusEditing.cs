using System.Globalization;
using Truce.Model;

namespace Truce.Control;

/// <summary>Changes of the status section that keep everything else as it is.</summary>
internal static class StatusEditing
{
    /// <summary>The transient attribute that asks a node to stop what it runs and leave.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>The same CIB with one node's state changed; a new one is put behind the others.</summary>
    public static Cib Change(Cib cib, NodeUuid uuid, NodeId name, Func<NodeState, NodeState> change)
    {
        EquatableArray<NodeState> states = cib.Status.NodeStates;
        int at = states.FindIndex(s => s.Id == uuid);
        NodeState changed = change(at >= 0 ? states[at] : new NodeState(uuid) { Name = name });
        states = at >= 0 ? states.SetItem(at, changed) : states.Add(changed);
        return cib with { Status = cib.Status with { NodeStates = states } };
    }

    /// <summary>The same CIB without anything under that id.</summary>
    public static Cib Remove(Cib cib, NodeUuid uuid) => cib with
    {
        Status = cib.Status with { NodeStates = cib.Status.NodeStates.RemoveAll(s => s.Id == uuid) },
    };

    /// <summary>A node's presence as Pacemaker's status has it; what is null stays as it was.</summary>
    public static NodeState Presence(
        NodeState node, bool? inMembership, bool? controller, string? join, string? expected) => node with
        {
            InCcm = inMembership is { } heard ? new Presence(CibBoolean.Text(heard)) : node.InCcm,
            Crmd = controller is { } up ? new Presence(up ? "online" : "offline") : node.Crmd,
            Join = join ?? node.Join,
            Expected = expected ?? node.Expected,
        };

    /// <summary>Nothing runs there and nothing is remembered: after a reboot, a
    /// fencing or a clean leave.</summary>
    public static NodeState Forget(NodeState node) => node with { TransientAttributes = null, History = null };

    /// <summary>Sets or (null) removes a transient attribute.</summary>
    public static NodeState SetTransient(NodeState node, string name, string? value)
    {
        string setId = $"status-{node.Id}";
        TransientAttributes attributes = node.TransientAttributes ?? new(node.Id.Value, []);
        AttributeSet set = attributes.Sets.Count > 0 ? attributes.Sets[0] : new AttributeSet { Id = setId };
        int at = set.Pairs.FindIndex(p => p.Name == name);
        NameValue pair = new($"{setId}-{SafeId(name)}", name, value);
        EquatableArray<NameValue> pairs = (at, value) switch
        {
            ( < 0, null) => set.Pairs,
            ( >= 0, null) => set.Pairs.RemoveAt(at),
            ( < 0, _) => set.Pairs.Add(pair),
            ( >= 0, _) => set.Pairs.SetItem(at, pair),
        };
        return node with { TransientAttributes = attributes with { Sets = [set with { Pairs = pairs }] } };
    }

    /// <summary>The value of a transient attribute, or null.</summary>
    public static string? Transient(NodeState? node, string name)
    {
        foreach (AttributeSet set in node?.TransientAttributes?.Sets ?? [])
        {
            int at = set.Pairs.FindIndex(p => p.Name == name);
            if (at >= 0)
                return set.Pairs[at].Value;
        }

        return null;
    }

    /// <summary>Removes transient attributes by name.</summary>
    public static NodeState RemoveTransients(NodeState node, Predicate<string> match)
    {
        if (node.TransientAttributes is not { Sets.Count: > 0 } attributes)
            return node;
        AttributeSet set = attributes.Sets[0];
        set = set with { Pairs = set.Pairs.RemoveAll(p => p.Name is { } name && match(name)) };
        return node with { TransientAttributes = attributes with { Sets = [set] } };
    }

    /// <summary>Seconds since 1970 as text.</summary>
    public static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    // An XML id has no '#'.
    private static string SafeId(string name) => name.Replace('#', '.');
}
