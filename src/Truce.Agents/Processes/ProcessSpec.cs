using System.Collections.Immutable;

namespace Truce.Agents.Processes;

/// <summary>A program to run as (a part of) an operation.</summary>
/// <param name="OperationId">The operation: names its cgroup, and marks all its processes by
/// the environment variable <see cref="CookieVariable"/>. One operation may run several
/// programs, one after the other.</param>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">Without the program's own name. Anybody on the machine
/// can read them: no secrets.</param>
/// <param name="Environment">The whole environment; only the cookie is added.</param>
/// <param name="Timeout">Counts from when it may run; then all that it started is killed.</param>
public sealed record ProcessSpec(
    string OperationId,
    string Program,
    ImmutableArray<string> Arguments,
    ImmutableSortedDictionary<string, string> Environment,
    TimeSpan Timeout)
{
    /// <summary>Marks every process of an operation that has kept its environment.</summary>
    public const string CookieVariable = "TRUCE_OPERATION";

    /// <summary>The resource that it belongs to, for later questions about what is left of it;
    /// null if there will be none.</summary>
    public string? Resource { get; init; }

    /// <summary>Whether it may take longer than its timeout; null: never.</summary>
    internal ProgressWatch? Progress { get; init; }

    /// <summary>Where it runs.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>What it reads from standard input (at most <see cref="StandardInputBytesMax"/>); null:
    /// nothing. May hold secrets: never logged.</summary>
    public string? StandardInput { get; init; }

    /// <summary>How much of each of its two streams is kept.</summary>
    public CaptureLimits Capture { get; init; } = CaptureLimits.Result;

    /// <summary>Exit codes after which the processes that it leaves behind keep running. After any other
    /// code, a signal, a timeout or a cancellation they are killed.</summary>
    public ImmutableArray<int> LeaveDaemonsOn { get; init; } = [];

    /// <summary>Fits into a pipe, so that writing it never waits.</summary>
    public const int StandardInputBytesMax = 60_000;

    /// <summary>Leaves the environment and the input out: they may hold secrets.</summary>
    public override string ToString() => $"{Program} {string.Join(' ', Arguments)} as {OperationId}";
}

/// <summary>How a program ended.</summary>
public abstract record ProcessEnd
{
    private ProcessEnd() { }

    /// <summary>By itself.</summary>
    public sealed record Exited(int Code) : ProcessEnd;

    /// <summary>By a signal that wasn't ours.</summary>
    public sealed record Signaled(int Signal) : ProcessEnd;

    /// <summary>It ran out of time and was killed.</summary>
    public sealed record TimedOut : ProcessEnd;

    /// <summary>It was cancelled, and killed if it ran.</summary>
    public sealed record Cancelled : ProcessEnd;

    /// <summary>Not an instruction of it was run.</summary>
    public sealed record NotStarted(StartFailure Cause, string Reason) : ProcessEnd;
}

/// <summary>Why a program couldn't be started.</summary>
public enum StartFailure
{
    /// <summary>There is no such file, or its interpreter isn't there.</summary>
    NotFound,

    /// <summary>It may not be executed.</summary>
    NotPermitted,

    /// <summary>The system, or a limit of ours, has no room for it now.</summary>
    NoRoom,

    /// <summary>It couldn't be recorded beforehand, and so wasn't run.</summary>
    NotRecorded,
}

/// <summary>The end of a program, and what it printed.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
/// <param name="ExitReason">The last <c>ocf-exit-reason:</c> line of standard
/// error, without the prefix.</param>
/// <param name="Duration">From when it was let run.</param>
/// <param name="Survivors">Processes that SIGKILL doesn't end (in an uninterruptible wait).</param>
public sealed record ProcessResult(
    ProcessEnd End,
    CapturedText Output,
    CapturedText Errors,
    string? ExitReason,
    TimeSpan Duration,
    ImmutableArray<int> Survivors);
