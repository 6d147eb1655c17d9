using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Truce.Model;

namespace Truce.Contracts;

/// <summary>
/// Between a controller and its node's executor (and, with fence agents, its fencer): JSON messages on a unix
/// socket. The executor owns the node's recurring operations and the record of what it has started; it keeps
/// running without a controller, keeps results that haven't been acknowledged (bounded: the newest per
/// resource and interval), and hands them to the next controller.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Run), "run")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(Acknowledge), "acknowledge")]
[JsonDerivedType(typeof(StopOrder), "stop-order")]
public abstract record ExecutorRequest
{
    private ExecutorRequest() { }

    /// <summary>First message on a link. The executor answers
    /// <see cref="ExecutorReply.Inventory"/>.</summary>
    /// <param name="Version">Highest wire version that the controller speaks.</param>
    /// <param name="ControllerSession">This life of the controller.</param>
    /// <param name="Incarnation">The node's boot as the controller knows it.</param>
    public sealed record Hello(int Version, string ControllerSession, string Incarnation) : ExecutorRequest;

    /// <summary>Run an operation. One with an interval repeats until cancelled. The same operation id again
    /// is answered with what is known of it, never run twice.</summary>
    public sealed record Run(OperationOrder Order) : ExecutorRequest;

    /// <summary>End a recurring operation (or a running one).</summary>
    public sealed record Cancel(string RequestId, string Resource, string Action, long IntervalMs) : ExecutorRequest;

    /// <summary>Results up to this number are committed: the executor may forget them.</summary>
    public sealed record Acknowledge(long ResultNumber) : ExecutorRequest;

    /// <summary>How to stop what is running here, should the node have to do so alone. Each one
    /// replaces the last.</summary>
    /// <param name="Rounds">What may stop at the same time, round after round.</param>
    /// <param name="LeftAlone">Resources that aren't managed: they are never stopped.</param>
    public sealed record StopOrder(
        ImmutableArray<ImmutableArray<LocalStop>> Rounds, ImmutableArray<string> LeftAlone) : ExecutorRequest;
}

/// <summary>How a resource is stopped without the cluster; agent and parameters are those that started
/// it.</summary>
/// <param name="Resource">Resource or instance id.</param>
/// <param name="TimeoutMs">Timeout of the stop.</param>
/// <param name="LookMs">As <see cref="OperationOrder.LookMs"/>.</param>
/// <param name="ExtensionMs">As <see cref="OperationOrder.ExtensionMs"/>.</param>
/// <param name="DemoteTimeoutMs">Timeout of the demote that goes before; 0: it isn't promoted.</param>
public sealed record LocalStop(
    string Resource, long TimeoutMs, long LookMs, long ExtensionMs, long DemoteTimeoutMs);

/// <summary>An operation as ordered: everything that the agent needs.</summary>
/// <param name="OperationId">Unique forever; names the plan's action.</param>
/// <param name="Resource">Resource or instance id.</param>
/// <param name="Class">ocf, systemd, lsb, service or stonith.</param>
/// <param name="Provider">Of an OCF agent.</param>
/// <param name="Type">Agent or unit.</param>
/// <param name="Action">start, stop, monitor, …</param>
/// <param name="Parameters">Instance parameters; may hold secrets.</param>
/// <param name="Meta">For CRM_meta_*.</param>
/// <param name="TimeoutMs">Timeout.</param>
/// <param name="IntervalMs">0: once.</param>
/// <param name="StartDelayMs">Wait before the (first) run.</param>
/// <param name="ExpectedCode">For recurring operations: only a change of the result, or a first one, is
/// reported while it stays as expected.</param>
public sealed record OperationOrder(
    string OperationId,
    string Resource,
    string Class,
    string? Provider,
    string Type,
    string Action,
    ImmutableSortedDictionary<string, string> Parameters,
    ImmutableSortedDictionary<string, string> Meta,
    long TimeoutMs,
    long IntervalMs,
    long StartDelayMs,
    int ExpectedCode)
{
    /// <summary>A stop that failed: how long its agent may take to say whether anything is
    /// left; 0: it isn't asked.</summary>
    public long LookMs { get; init; }

    /// <summary>A stop: how much more than its timeout it may take while it makes progress.</summary>
    public long ExtensionMs { get; init; }

    /// <summary>Leaves the parameters out: they may hold secrets.</summary>
    public override string ToString() => $"{Resource} {Action} interval={IntervalMs} as {OperationId}";
}

/// <summary>Messages from an executor to its controller.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Inventory), "inventory")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Cancelled), "cancelled")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record ExecutorReply
{
    private ExecutorReply() { }

    /// <summary>What this executor knows: its life, the operations under way, recurring ones
    /// with their last result, results not yet acknowledged, and leftovers of an earlier life
    /// that couldn't be killed.</summary>
    public sealed record Inventory(
        int Version,
        string ExecutorSession,
        string Incarnation,
        ImmutableArray<OperationOrder> Running,
        ImmutableArray<OperationOrder> Recurring,
        ImmutableArray<OperationReport> Unacknowledged,
        ImmutableArray<string> Unkillable) : ExecutorReply
    {
        /// <summary>The starts of this boot that nothing has stopped since, as ordered.</summary>
        public ImmutableArray<OperationOrder> Started { get; init; } = [];
    }


    /// <summary>An operation ended (a recurring one: its result is the first, or has changed).</summary>
    public sealed record Ended(OperationReport Report) : ExecutorReply;

    /// <summary>A cancellation is done: nothing of it runs and nothing more will be reported.</summary>
    public sealed record Cancelled(string RequestId, string Resource, string Action, long IntervalMs) : ExecutorReply;

    /// <summary>The request can't be carried out; nothing was started.</summary>
    public sealed record Refused(string OperationId, string Reason) : ExecutorReply;
}

/// <summary>The result of an operation.</summary>
/// <param name="Number">Rising per executor life; what
/// <see cref="ExecutorRequest.Acknowledge"/> names.</param>
/// <param name="Order">What was ordered (its parameters included, for digests; not logged).</param>
/// <param name="CallId">The executor's count of operations (lrm_rsc_op's call-id).</param>
/// <param name="Status">As lrm_rsc_op's op-status has it: -1 pending, 0 done, 1 cancelled, 2 timeout,
/// 4 error, 7 not installed, …</param>
/// <param name="Code">OCF exit code.</param>
/// <param name="ExitReason">From ocf-exit-reason, or ours.</param>
/// <param name="Output">Bounded tail.</param>
/// <param name="BeganAtUnix">Wall clock, seconds (fractional), of the run's begin.</param>
/// <param name="ChangedAtUnix">Wall clock of the last change of the result (last-rc-change).</param>
/// <param name="ExecutionMs">How long it ran.</param>
/// <param name="QueueMs">How long it waited.</param>
public sealed record OperationReport(
    long Number,
    OperationOrder Order,
    int CallId,
    int Status,
    int Code,
    string ExitReason,
    string Output,
    double BeganAtUnix,
    double ChangedAtUnix,
    long ExecutionMs,
    long QueueMs)
{
    /// <summary>What the agent says about its parameters, where that is known.</summary>
    public ParameterTraits? Traits { get; init; }

    /// <summary>A stop that failed and counts as done: a look found nothing left.</summary>
    public bool IsByLook { get; init; }

    /// <summary>Leaves the parameters out.</summary>
    public override string ToString() => $"#{Number} {Order} status={Status} code={Code}";
}
