using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Engine.Local.Sequencing;

/// <summary>How a sequencer behaves.</summary>
/// <param name="KernelBoot">Its own kernel's boot id: clients of another kernel are refused.</param>
/// <param name="Nodes">Configured nodes with their votes.</param>
/// <param name="Token">How long a silent node stays a member.</param>
/// <param name="TwoNode">One vote of two can be quorate (votequorum's two_node; needs
/// exactly two votes of one).</param>
/// <param name="WaitForAll">Quorum is first given when all configured nodes are together.</param>
/// <param name="Freeze">Delivery stalls while a member is in doubt, as Corosync's
/// does while its token is lost.</param>
/// <param name="FirstRing">Ring sequences begin here; later sequencers of the
/// same nodes must begin higher.</param>
public sealed record SequencerOptions(
    string KernelBoot,
    ImmutableSortedDictionary<NodeId, int> Nodes,
    TimeSpan Token,
    bool TwoNode,
    bool WaitForAll,
    bool Freeze,
    ulong FirstRing)
{
    /// <summary>Messages that one connection may have sent and not yet seen ordered.</summary>
    public int WindowMessages { get; init; } = 64;

    /// <summary>Bytes that one connection may have sent and not yet seen ordered (one
    /// message of any size may).</summary>
    public int WindowBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Clients say something at least this often.</summary>
    public TimeSpan Heartbeat => Token / 10;

    /// <summary>A node silent for longer is in doubt: delivery freezes.</summary>
    public TimeSpan Doubt => Token * 0.35;

    /// <summary>After a socket's close the node is asked whether it lives this much later:
    /// the processes of a node that loses its power don't end in the same instant, and one of
    /// them must not vouch for it.</summary>
    public TimeSpan ProbeDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Names of the nodes with votes, as a client's configuration states them.</summary>
    public string NodesText => string.Join(' ', Nodes.Select(n => $"{n.Key}:{n.Value}"));
}
