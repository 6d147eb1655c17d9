namespace Truce.Model;

/// <summary>The name of a node, as the CIB's <c>uname</c> has it. Compared by ordinal.</summary>
public readonly record struct NodeId(string Value) : IComparable<NodeId>
{
    /// <inheritdoc/>
    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
