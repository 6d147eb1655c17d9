using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>Work for the shell, to be done in the order in which it is given.</summary>
public abstract record ControlOutput
{
    private ControlOutput() { }

    /// <summary>Send to the whole group.</summary>
    public sealed record Multicast(PeerMessage Message) : ControlOutput;

    /// <summary>Write all or none and sync; answered by <see cref="ControlInput.Synced"/>.</summary>
    public sealed record Persist(long Request, ImmutableArray<StoredItem> Items) : ControlOutput;

    /// <summary>Run an operation on this node.</summary>
    public sealed record Run(ExecutorKind Kind, Order Order) : ControlOutput;

    /// <summary>End a recurring operation on this node.</summary>
    public sealed record Cancel(ExecutorKind Kind, Order Order) : ControlOutput;

    /// <summary>Results up to this number are committed.</summary>
    public sealed record Acknowledge(ExecutorKind Kind, long Number) : ControlOutput;

    /// <summary>Ask an executor again what it has.</summary>
    public sealed record AskInventory(ExecutorKind Kind) : ControlOutput;

    /// <summary>Run a fence agent. This is the shot.</summary>
    public sealed record Shoot(FenceShot Shot) : ControlOutput;

    /// <summary>Have this node's fencer run a fence agent without effect on any node.</summary>
    public sealed record AskAgent(FenceShot Question) : ControlOutput;

    /// <summary>Tell the executor how to stop what runs here, should it have to do so alone.</summary>
    public sealed record TellStops(LocalStops Stops) : ControlOutput;

    /// <summary>Plan, off the loop.</summary>
    public sealed record RequestPlan(long Request, Cib Cib, PlanOptions Options) : ControlOutput;

    /// <summary>Answer a client.</summary>
    public sealed record Answer(ClientTicket Ticket, ControlAnswer Content) : ControlOutput;

    /// <summary>A point at which a test can stop or kill this process.</summary>
    public sealed record Pause(string Point) : ControlOutput;

    /// <summary>Leave the group; nothing more will be done in this life.</summary>
    public sealed record Leave(string Reason, LeaveReturn Return = LeaveReturn.WithNextController)
        : ControlOutput;

    /// <summary>This node is to be reset: it is no longer safe, or no longer
    /// wanted, that it goes on.</summary>
    public sealed record Panic(string Reason) : ControlOutput;

    /// <summary>Everything here is stopped as asked: the node's roles may end.</summary>
    public sealed record StoppedCleanly : ControlOutput;
}

/// <summary>When a node that has left comes back.</summary>
public enum LeaveReturn
{
    /// <summary>With its next controller.</summary>
    WithNextController,

    /// <summary>Not before an operator has repaired it: the next controller would find the same.</summary>
    AfterRepair,

    /// <summary>Not before a version that can take part is installed. Its store is sound.</summary>
    AfterUpgrade,
}

/// <summary>A record for the disk.</summary>
public abstract record StoredItem
{
    private StoredItem() { }

    /// <summary>Which cluster and lineage the store belongs to.</summary>
    public sealed record Identity(string Cluster, long Lineage, int FeatureLevel) : StoredItem;

    /// <summary>A configuration.</summary>
    public sealed record Configuration(ConfigurationVersion Version, string Xml) : StoredItem;

    /// <summary>A configuration that isn't in force: never committed, or too old.</summary>
    public sealed record NoConfiguration(Standing Place) : StoredItem;

    /// <summary>A fencing.</summary>
    public sealed record Fence(FenceState State) : StoredItem;

    /// <summary>A fencing that was asked for and never began.</summary>
    public sealed record NoFence(string Id) : StoredItem;

    /// <summary>What is known of a path of fencing.</summary>
    public sealed record Path(FencePath State) : StoredItem;

    /// <summary>A path of fencing that is gone.</summary>
    public sealed record NoPath(NodeId From, ResourceId Device, NodeId Target) : StoredItem;

    /// <summary>How long something took.</summary>
    public sealed record Measure(MeasuredTimes Times) : StoredItem;

    /// <summary>Something whose times are no longer kept.</summary>
    public sealed record NoMeasure(string Key) : StoredItem;

    /// <summary>An event.</summary>
    public sealed record Happening(EventState State) : StoredItem;

    /// <summary>An event that is too old.</summary>
    public sealed record NoHappening(long Index) : StoredItem;
}

/// <summary>One run of a fence agent; without a target it is a question to the agent itself.</summary>
/// <param name="OperationId">Unique forever.</param>
/// <param name="Device">The device's resource id.</param>
/// <param name="Agent">The fence agent.</param>
/// <param name="Action">reboot, off or on; what the agent calls it, the fencer knows.</param>
/// <param name="Target">The node.</param>
/// <param name="Parameters">The device's instance attributes; may hold secrets.</param>
/// <param name="TimeoutMs">Its limit.</param>
public sealed record FenceShot(
    string OperationId, ResourceId Device, AgentName Agent, string Action, NodeId Target,
    EquatableArray<NameText> Parameters, long TimeoutMs)
{
    /// <summary>Leaves the parameters out.</summary>
    public override string ToString() => $"{Action} of {Target} by {Device} as {OperationId}";
}

/// <summary>An answer to a client's change.</summary>
public abstract record ControlAnswer
{
    private ControlAnswer() { }

    /// <summary>Committed at that index.</summary>
    public sealed record Committed(long Index, long ConfigurationVersion, CommandOutcome Outcome) : ControlAnswer;

    /// <summary>Not tried: this node isn't in a quorate partition, or hasn't joined.</summary>
    public sealed record NotQuorate(string Reason) : ControlAnswer;

    /// <summary>Unknown: not committed in time, or the view ended; it may still happen.</summary>
    public sealed record Unknown(string Reason) : ControlAnswer;
}
