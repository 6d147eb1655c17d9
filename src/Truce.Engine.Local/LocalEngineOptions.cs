using Truce.Model;

namespace Truce.Engine.Local;

/// <summary>How a process of a node joins a group over the local engine.</summary>
/// <param name="SocketPath">The sequencer's socket.</param>
/// <param name="KernelBoot">The kernel's boot id: the local engine is refused across machines.</param>
/// <param name="Node">This node.</param>
/// <param name="Incarnation">This boot of the node.</param>
/// <param name="Group">The group to join.</param>
/// <param name="Process">Which life of this process: never repeated on a
/// node, not even over its boots.</param>
/// <param name="Nodes">The nodes with their votes as this node is configured ("n1:1 n2:1"), or empty.</param>
public sealed record LocalEngineOptions(
    string SocketPath,
    string KernelBoot,
    NodeId Node,
    string Incarnation,
    string Group,
    uint Process,
    string Nodes);
