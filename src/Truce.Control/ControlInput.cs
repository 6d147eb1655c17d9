using System.Collections.Immutable;
using Truce.Control.Components;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>Everything that can happen to one node's control.</summary>
public abstract record ControlInput
{
    private ControlInput() { }

    /// <summary>The engine's membership changed. Which nodes left, and why, follows from
    /// which are heard (quorum).</summary>
    public sealed record ViewChanged(RingId Ring, ImmutableArray<EngineMember> Members) : ControlInput;

    /// <summary>Quorum of a ring.</summary>
    public sealed record QuorumChanged(RingId Ring, QuorumInfo Info) : ControlInput;

    /// <summary>A message of the group, in its order, with the digest of its bytes.</summary>
    public sealed record Delivered(EngineMember Sender, PeerMessage Message, string Digest) : ControlInput;

    /// <summary>What the disk holds; once, at the begin.</summary>
    public sealed record Loaded(StoredFacts Facts) : ControlInput;

    /// <summary>A request to the store is synced.</summary>
    public sealed record Synced(long Request) : ControlInput;

    /// <summary>What another node's supervisor says of its controller.</summary>
    public sealed record PeerSaid(NodeId Node, ControllerWord Word) : ControlInput;

    /// <summary>Nothing can be kept on the disk any more: requests wait.</summary>
    public sealed record StoreFailing(StoreFault Fault, string Reason) : ControlInput;

    /// <summary>The disk works again.</summary>
    public sealed record StoreRecovered : ControlInput;

    /// <summary>An executor or fencer is connected and has sent its inventory.</summary>
    public sealed record ExecutorUp(ExecutorKind Kind, ExecutorInventory Inventory) : ControlInput;

    /// <summary>The connection to an executor or fencer is gone.</summary>
    public sealed record ExecutorDown(ExecutorKind Kind) : ControlInput;

    /// <summary>An operation ended, or a recurring one's result changed.</summary>
    public sealed record OperationEnded(ExecutorKind Kind, NumberedResult Result) : ControlInput;

    /// <summary>A cancelled operation is over.</summary>
    public sealed record CancelDone(string OperationId) : ControlInput;

    /// <summary>An executor can't take an order: nothing was started.</summary>
    public sealed record OrderRefused(ExecutorKind Kind, string OperationId, string Reason) : ControlInput;

    /// <summary>A plan is there.</summary>
    public sealed record Planned(long Request, Plan Plan) : ControlInput;

    /// <summary>Planning failed: a defect, or a configuration that the scheduler can't take.</summary>
    public sealed record PlanningFailed(long Request, string Reason) : ControlInput;

    /// <summary>A client wants a change; its answer names the ticket.</summary>
    public sealed record Wanted(ClientTicket Ticket, ControlRequest Request) : ControlInput;

    /// <summary>Requests this node to stop its resources in order and leave.</summary>
    public sealed record StopWanted(string Reason) : ControlInput;

    /// <summary>Nothing but time.</summary>
    public sealed record TimePassed : ControlInput;
}

/// <summary>A change that a client wants.</summary>
public abstract record ControlRequest
{
    private ControlRequest() { }

    /// <summary>A command, as it is.</summary>
    public sealed record Submit(Command Command) : ControlRequest;

    /// <summary>Fencing, with the device and member still to be chosen.</summary>
    public sealed record Fence(NodeId Node, string Action, string By, string Reason) : ControlRequest;
}

/// <summary>Which of the two executors of a node.</summary>
public enum ExecutorKind
{
    /// <summary>Resource agents.</summary>
    Resources,

    /// <summary>Fence agents.</summary>
    Fencing,
}

/// <summary>What an executor has.</summary>
/// <param name="Session">Its life.</param>
/// <param name="Running">Operation ids under way, recurring ones included.</param>
/// <param name="Unreported">Unacknowledged results, oldest first.</param>
/// <param name="Unkillable">Resources of which something is left that can't be killed.</param>
public sealed record ExecutorInventory(
    string Session,
    ImmutableArray<string> Running,
    ImmutableArray<NumberedResult> Unreported,
    ImmutableArray<string> Unkillable)
{
    /// <summary>What it has started in this boot and not stopped, and by what.</summary>
    public ImmutableArray<StartedAs> Started { get; init; } = [];
}

/// <summary>A result with the executor's number, by which it is acknowledged.</summary>
public sealed record NumberedResult(long Number, OperationResult Result);

/// <summary>What a node's disk holds.</summary>
/// <param name="Fresh">The store was made just now.</param>
/// <param name="Cluster">The cluster; empty: none.</param>
/// <param name="Lineage">The lineage; 0: none.</param>
/// <param name="Configuration">The latest configuration; null: none.</param>
/// <param name="ConfigurationXml">Its text.</param>
/// <param name="Fences">Fencings.</param>
/// <param name="Events">Events, oldest first.</param>
public sealed record StoredFacts(
    bool Fresh,
    string Cluster,
    long Lineage,
    ConfigurationVersion? Configuration,
    string ConfigurationXml,
    ImmutableArray<FenceState> Fences,
    ImmutableArray<EventState> Events)
{
    /// <summary>Older configurations on the disk, newest first; one that was never
    /// committed may be among them.</summary>
    public ImmutableArray<ConfigurationVersion> Earlier { get; init; } = [];

    /// <summary>Paths of fencing that were seen to work or to fail.</summary>
    public ImmutableArray<FencePath> FencePaths { get; init; } = [];

    /// <summary>How long operations and recoveries took.</summary>
    public ImmutableArray<MeasuredTimes> Measured { get; init; } = [];

    /// <summary>What was on the disk is lost, and others may hold it.</summary>
    public bool AwaitsSnapshot { get; init; }

    /// <summary>The level that the cluster was at; 0: none.</summary>
    public int FeatureLevel { get; init; }

    /// <summary>Of a new store.</summary>
    public static StoredFacts Empty { get; } = new(true, "", 0, null, "", [], []);
}
