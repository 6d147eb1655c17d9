using Truce.Control;
using Truce.Model;
using Truce.Runtime.Controller.Gate;

namespace Truce.Runtime.Controller;

/// <summary>A controller's start parameters.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Uuid">The node's id in the CIB.</param>
/// <param name="ClusterName">The configured name; a new cluster's id is made of it.</param>
/// <param name="Session">This life of the controller: unique forever,
/// letters, digits, '-' and '.' only.</param>
/// <param name="Incarnation">This boot of the node.</param>
public sealed record ControllerOptions(
    NodeId Node, NodeUuid Uuid, string ClusterName, string Session, string Incarnation)
{
    /// <summary>How long things may take.</summary>
    public ControlLimits Limits { get; init; } = new();

    /// <summary>Reads peers' messages. Where many controllers share a process, one
    /// reading may serve them all.</summary>
    public Func<ReadOnlyMemory<byte>, PeerReading> Read { get; init; } = PeerReading.Of;

    /// <summary>Messages that wait while the engine's window is full; more means
    /// that the engine has stopped.</summary>
    public int SendQueueMax { get; init; } = 10_000;

    /// <summary>Its store was set aside: what it held, others may hold.</summary>
    public bool AwaitsSnapshot { get; init; }

    /// <summary>The cluster in which this node has taken part in this boot: its resources
    /// may run here. Empty: none. </summary>
    public string JoinedCluster { get; init; } = "";

    /// <summary>Why this node's last boot reset itself, for the cluster's events; empty: it didn't.</summary>
    public string ResetReason { get; init; } = "";

    /// <summary>Told the cluster's id when this node takes part in it, to be kept
    /// for its next controller.</summary>
    public Action<string> TakesPart { get; init; } = _ => { };

    /// <summary>Checks configurations before they are committed; null if nothing does
    /// (the simulator has its own).</summary>
    public GateMeans? Gate { get; init; }

    /// <summary>How it learns which agents this node has, for the others'
    /// gates; null: it doesn't say.</summary>
    public OfferMeans? Offers { get; init; }

    /// <summary>How long this node's supervisor may be gone before its resources are stopped in order; null:
    /// for ever.</summary>
    public TimeSpan? SupervisorGrace { get; init; }

    /// <summary>Client calls that wait for an answer.</summary>
    public int CallsMax { get; init; } = 1_000;
}
