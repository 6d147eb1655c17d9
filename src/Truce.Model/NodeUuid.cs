namespace Truce.Model;

/// <summary>
/// The id of a node in the CIB (<c>node id</c>, <c>node_state id</c>, <c>dc-uuid</c>): a number of Corosync,
/// a UUID of older stacks, or the name of a remote node. Compared by ordinal.
/// </summary>
public readonly record struct NodeUuid(string Value) : IComparable<NodeUuid>
{
    /// <inheritdoc/>
    public int CompareTo(NodeUuid other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
