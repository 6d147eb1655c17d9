using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Ports;

/// <summary>One operation of an agent, complete: nothing is looked up while it runs.</summary>
/// <param name="OperationId">Unique within the executor's node forever (session and counter).</param>
/// <param name="Kind">Resource agent or fence agent.</param>
/// <param name="Resource">The resource's (instance's) id, or the fence device's.</param>
/// <param name="Class">ocf, systemd, lsb, service, stonith.</param>
/// <param name="Provider">Of an OCF agent; else null.</param>
/// <param name="Type">The agent's name, or the unit's.</param>
/// <param name="Action">start, stop, monitor, …; for fence agents on, off,
/// reboot, status, list, monitor.</param>
/// <param name="Parameters">Instance parameters as configured (OCF_RESKEY_ is added by the spawner; fence
/// agents get them over standard input). May hold secrets: never logged.</param>
/// <param name="Meta">Meta attributes for the agent, without the CRM_meta_ prefix
/// (interval in ms, timeout, …).</param>
/// <param name="Timeout">After which everything that the operation started is killed.</param>
/// <param name="IntervalMs">0, or the recurring operation's interval (environment only; who
/// repeats it is the executor).</param>
public sealed record OperationSpec(
    string OperationId,
    AgentKind Kind,
    string Resource,
    string Class,
    string? Provider,
    string Type,
    string Action,
    ImmutableSortedDictionary<string, string> Parameters,
    ImmutableSortedDictionary<string, string> Meta,
    TimeSpan Timeout,
    long IntervalMs)
{
    /// <summary>Parameters whose values were read where the configuration says that a secret
    /// lies, whatever their names.</summary>
    public ImmutableArray<string> SecretParameters { get; init; } = [];

    /// <summary>How much more than its timeout it may take while it makes progress.</summary>
    public TimeSpan Extension { get; init; }

    /// <summary>Whether the outcome says how many processes of the resource are left.</summary>
    public Remains Remains { get; init; }

    /// <summary>Leaves the parameters out: they may hold secrets.</summary>
    public override string ToString() => $"{Resource} {Action} ({Class}:{Type}) as {OperationId}";
}

/// <summary>What is reported about a resource's processes when an operation has ended.</summary>
public enum Remains
{
    /// <summary>Nothing.</summary>
    Untold,

    /// <summary>How many processes there are that any of its operations started.</summary>
    Told,
}

/// <summary>Which conventions an agent follows.</summary>
public enum AgentKind
{
    /// <summary>Runs services.</summary>
    Resource,

    /// <summary>Fences nodes.</summary>
    Fence,
}

/// <summary>What identifies a started operation across the executor's death.</summary>
/// <param name="OperationId">The operation.</param>
/// <param name="ProcessId">Its first process, leader of its own session and group.</param>
/// <param name="StartTicks">That process's start time in clock ticks since
/// boot: a reused pid has another.</param>
/// <param name="BootId">The boot that it belongs to.</param>
/// <param name="Cgroup">Its cgroup, or null where there are none.</param>
public sealed record SpawnedOperation(string OperationId, int ProcessId, long StartTicks, string BootId,
    string? Cgroup);

/// <summary>How an operation ended.</summary>
/// <param name="OperationId">The operation.</param>
/// <param name="Status">Whether it ran to its end.</param>
/// <param name="ReturnCode">The OCF code (or the agent's, mapped); meaningful only for
/// <see cref="OperationStatus.Done"/>.</param>
/// <param name="ExitReason">The agent's ocf-exit-reason line, or Truce's own reason; may be empty.</param>
/// <param name="Output">Head and tail of what it printed, bounded.</param>
/// <param name="Duration">How long it ran.</param>
public sealed record OperationOutcome(
    string OperationId,
    OperationStatus Status,
    int ReturnCode,
    string ExitReason,
    string Output,
    TimeSpan Duration)
{
    /// <summary>What the agent says about its parameters; null: not known, or it doesn't
    /// matter for this operation.</summary>
    public ParameterTraits? Traits { get; init; }

    /// <summary>How many processes are left that operations of the resource started; null
    /// if not asked, or unknown.</summary>
    public int? Remaining { get; init; }
}

/// <summary>The ways an operation ends.</summary>
public enum OperationStatus
{
    /// <summary>It returned a code.</summary>
    Done,

    /// <summary>It ran out of time; nothing of it is left.</summary>
    TimedOut,

    /// <summary>It was cancelled; nothing of it is left.</summary>
    Cancelled,

    /// <summary>The agent isn't there or can't be run: nothing was started.</summary>
    NotInstalled,

    /// <summary>It couldn't be run, or died by a signal; the reason says how.</summary>
    Error,
}

/// <summary>The spawner's events.</summary>
public abstract record SpawnerEvent
{
    private SpawnerEvent() { }

    /// <summary>About to exec: the process exists, stopped before the agent's first instruction, until
    /// <see cref="ISpawner.Proceed"/>: so that it can be recorded first.</summary>
    public sealed record Prepared(SpawnedOperation Record) : SpawnerEvent;

    /// <summary>It ended, and (unless a successful start) nothing of it is left.</summary>
    public sealed record Ended(OperationOutcome Outcome) : SpawnerEvent;

    /// <summary>What earlier unfinished operations left over is gone, or (in <paramref name="Left"/>) can't
    /// be killed: uninterruptible.</summary>
    public sealed record Swept(ImmutableArray<string> Gone, ImmutableArray<string> Left) : SpawnerEvent;
}

/// <summary>Runs agents. Calls never block.</summary>
public interface ISpawner
{
    /// <summary>Prepares an operation: answered by <see cref="SpawnerEvent.Prepared"/>, or by
    /// <see cref="SpawnerEvent.Ended"/> where nothing could be started.</summary>
    void Prepare(OperationSpec spec);

    /// <summary>Lets a prepared operation run; its timeout counts from here.</summary>
    void Proceed(string operationId);

    /// <summary>Kills all of an operation; answered by <see cref="SpawnerEvent.Ended"/>.</summary>
    void Cancel(string operationId);

    /// <summary>Kills what unfinished operations of an earlier executor left over, after checking that they
    /// are what the records say.</summary>
    void Sweep(ImmutableArray<SpawnedOperation> records);
}
