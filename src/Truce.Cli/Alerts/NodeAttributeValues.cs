using Truce.Model;

namespace Truce.Cli.Alerts;

/// <summary>A node's attributes: the permanent ones, and those that a reboot forgets, which count
/// first.</summary>
internal static class NodeAttributeValues
{
    /// <summary>By name; empty for a node that isn't configured.</summary>
    public static SortedDictionary<string, string> Of(Cib cib, NodeId name)
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        if (cib.Configuration.Nodes.FirstOrDefault(n => n.Name == name) is not { } node)
            return values;
        EquatableArray<AttributeSet> transient =
            HistoryReading.Node(cib.Status, node.Id)?.TransientAttributes?.Sets ?? [];
        foreach (NameValue pair in node.InstanceAttributes.Concat(transient).SelectMany(s => s.Pairs))
        {
            if (pair is { Name: { } attribute, Value: { } value })
                values[attribute] = value;
        }

        return values;
    }
}
