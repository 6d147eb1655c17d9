namespace Truce.Model.Replication;

/// <summary>The result of an operation as a member reports it.</summary>
public sealed record OperationResult
{
    /// <summary>The order's id.</summary>
    public required string OperationId { get; init; }

    /// <summary>History id of the resource.</summary>
    public required ResourceId Resource { get; init; }

    /// <summary>The agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>start, stop, monitor, …</summary>
    public required string Operation { get; init; }

    /// <summary>0: once.</summary>
    public required long IntervalMs { get; init; }

    /// <summary>The executor's count.</summary>
    public required int CallId { get; init; }

    /// <summary>How the execution went, as <c>op-status</c> has it; cancelled
    /// recurring operations too.</summary>
    public required int Status { get; init; }

    /// <summary>OCF exit code.</summary>
    public required int Code { get; init; }

    /// <summary>The result that was counted on.</summary>
    public required int ExpectedCode { get; init; }

    /// <summary>What the agent said.</summary>
    public required string ExitReason { get; init; }

    /// <summary>The tail of what it printed, bounded.</summary>
    public required string Output { get; init; }

    /// <summary>As ordered.</summary>
    public required string TransitionKey { get; init; }

    /// <summary>Digest of the parameters it ran with.</summary>
    public required string Digest { get; init; }

    /// <summary>Where the agent can reload: its parameters whose change needs a restart all the same, as
    /// histories list them, and their digest.</summary>
    public ParameterList? NeedRestart { get; init; }

    /// <summary>Its parameters that hold secrets, and the digest of all others.</summary>
    public ParameterList? Secret { get; init; }

    /// <summary>A stop that failed and counts as done: a look found nothing left.</summary>
    public bool IsByLook { get; init; }

    /// <summary>Begin, seconds since 1970.</summary>
    public required long RanAt { get; init; }

    /// <summary>Last change of the result, seconds since 1970.</summary>
    public required long ChangedAt { get; init; }

    /// <summary>How long it ran.</summary>
    public required long ExecutionMs { get; init; }

    /// <summary>How long it waited.</summary>
    public required long QueueMs { get; init; }

    /// <summary>Where a migration came from or went to, if it is one.</summary>
    public NodeId? MigrateSource { get; init; }

    /// <inheritdoc cref="MigrateSource"/>
    public NodeId? MigrateTarget { get; init; }

    /// <summary>The result of an order without a report from the executor: it wasn't
    /// reached, or didn't answer.</summary>
    /// <param name="order">The order.</param>
    /// <param name="status">How the execution went.</param>
    /// <param name="code">The exit code that stands for it.</param>
    /// <param name="reason">Why; may be empty.</param>
    /// <param name="callId">The count under which histories keep it; 0: none.</param>
    /// <param name="at">Wall clock.</param>
    public static OperationResult Of(
        Order order, ExecutionStatus status, AgentExitCode code, string reason, int callId, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new()
        {
            OperationId = order.OperationId,
            Resource = order.Resource,
            Agent = order.Agent ?? new AgentName("", null, ""),
            Operation = order.Operation,
            IntervalMs = order.IntervalMs,
            CallId = callId,
            Status = (int)status,
            Code = (int)code,
            ExpectedCode = order.ExpectedCode,
            ExitReason = reason,
            Output = "",
            TransitionKey = order.TransitionKey,
            Digest = OperationDigest.Of(order),
            RanAt = at.ToUnixTimeSeconds(),
            ChangedAt = at.ToUnixTimeSeconds(),
            ExecutionMs = 0,
            QueueMs = 0,
        };
    }

    /// <summary>Whether it is as expected.</summary>
    public bool IsExpected => Status == (int)ExecutionStatus.Done && Code == ExpectedCode;
}
