namespace Truce.Model;

/// <summary>One process in an engine group: which node, and which life of the process there.</summary>
/// <param name="Node">The node it runs on.</param>
/// <param name="Process">Distinguishes lives of the process on that node (Corosync: its pid).</param>
public readonly record struct EngineMember(NodeId Node, uint Process) : IComparable<EngineMember>
{
    /// <inheritdoc/>
    public int CompareTo(EngineMember other)
    {
        int byNode = Node.CompareTo(other.Node);
        return byNode != 0 ? byNode : Process.CompareTo(other.Process);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Node}/{Process}";
}
