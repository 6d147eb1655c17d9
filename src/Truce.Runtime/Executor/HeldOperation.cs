using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>Where an operation stands.</summary>
internal enum OperationPhase
{
    /// <summary>Waits for its start delay or its next turn.</summary>
    Resting,

    /// <summary>Waits for its resource or for room.</summary>
    Waiting,

    /// <summary>Its process is being made, or its record is being written.</summary>
    Preparing,

    /// <summary>The agent runs.</summary>
    Running,
}

/// <summary>An ordered operation while the executor holds it: once until it ends, a
/// recurring one until cancelled. </summary>
internal sealed class HeldOperation(OperationOrder order, int callId, Instant now)
{
    public OperationOrder Order { get; } = order;

    public int CallId { get; } = callId;

    /// <summary>How many operations of its resource may run at once.</summary>
    public int AtOnceMax { get; init; } = 1;

    /// <summary>A shot: it waits for its device alone.</summary>
    public bool IsUrgent { get; set; }

    public OperationPhase Phase { get; set; } = OperationPhase.Resting;

    /// <summary>While resting: when its turn comes.</summary>
    public Instant Due { get; set; } = now.Plus(OrderTimes.Wait(order.StartDelayMs));

    /// <summary>Since when it has waited.</summary>
    public Instant WaitingSince { get; set; } = now;

    /// <summary>When this run began, for durations and for people.</summary>
    public Instant BeganAt { get; set; } = now;

    public DateTimeOffset BeganAtWall { get; set; }

    /// <summary>Names this run to the spawner and the store.</summary>
    public string RunId { get; set; } = "";

    /// <summary>The last reported result of a recurring operation.</summary>
    public OperationReport? Last { get; set; }

    /// <summary>Nothing of it is to be reported any more.</summary>
    public bool Dropped { get; set; }

    /// <summary>Killed to let a shot pass: it goes back to the queue.</summary>
    public bool Displaced { get; set; }

    /// <summary>Why this run wasn't let begin, though its process was made.</summary>
    public string? NotBegun { get; set; }

    /// <summary>The outcome of a stop that failed, while it is looked whether anything is left.</summary>
    public OperationOutcome? FailedStop { get; set; }

    /// <summary>It failed, and counts as done by what a look found.</summary>
    public bool IsByLook { get; set; }

    /// <summary>The requester to notify of the cancellation.</summary>
    public List<ExecutorRequest.Cancel> Cancellers { get; } = [];

    public bool IsRecurring => Order.IntervalMs > 0;

    public bool IsUnderWay => Phase is OperationPhase.Preparing or OperationPhase.Running;

    public bool Is(string resource, string action, long intervalMs) =>
        Order.Resource == resource && Order.Action == action && Order.IntervalMs == intervalMs;
}
