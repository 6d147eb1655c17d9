using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Truce.Ports;

namespace Truce.Agents.Processes;

/// <summary>Where a child is in its life.</summary>
internal enum ChildStage
{
    /// <summary>Not spawned yet.</summary>
    New,

    /// <summary>Spawned; waits to be let run.</summary>
    Gated,

    /// <summary>Let run.</summary>
    Running,

    /// <summary>Everything of it has been sent SIGKILL.</summary>
    Killing,

    /// <summary>Its first process has ended; what it left is being killed.</summary>
    Emptying,

    /// <summary>Its result is out.</summary>
    Done,
}

/// <summary>One program and its descriptors. Touched by the loop's thread only.</summary>
internal sealed class Child(
    ProcessSpec spec, Func<SpawnedOperation, Task>? beforeExec, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<ProcessResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly OutputCapture _output = new(spec.Capture);
    private readonly OutputCapture _errors = new(spec.Capture);
    private readonly ExitReasonScanner _reason = new();

    public int Pidfd = -1;
    public int GateWrite = -1;
    public int StatusRead = -1;
    public int OutputRead = -1;
    public int ErrorsRead = -1;

    /// <summary>Our hold on what it writes to: shares its file status flags.</summary>
    public int OutputWrite = -1;
    public int ErrorsWrite = -1;

    public ProcessSpec Spec => spec;

    public Func<SpawnedOperation, Task>? BeforeExec => beforeExec;

    public CancellationToken CancellationToken => cancellationToken;

    public Task<ProcessResult> Completion => _completion.Task;

    public long Key { get; set; }

    public ChildStage Stage { get; set; }

    public SpawnedOperation? Record { get; set; }

    public long BeganTimestamp { get; set; }

    public long Deadline { get; set; }

    /// <summary>It is being found out whether it makes progress.</summary>
    public bool IsLookedAt { get; set; }

    /// <summary>Why we ended it, if we did.</summary>
    public ProcessEnd? Cause { get; set; }

    public CancellationTokenRegistration Cancellation { get; set; }

    public void AddOutput(ReadOnlySpan<byte> bytes) => _output.Add(bytes);

    public void AddErrors(ReadOnlySpan<byte> bytes)
    {
        _errors.Add(bytes);
        _reason.Add(bytes);
    }

    /// <summary>What the gate says went wrong, if anything.</summary>
    public ProcessEnd.NotStarted? StartProblem()
    {
        const int StageCgroup = 1;
        const int StageExec = 2;
        Span<byte> bytes = stackalloc byte[256];
        int n = Native.ReadSome(StatusRead, bytes, out _);
        if (n <= 0)
            return null;
        if (n != 2 * sizeof(int))
            return new ProcessEnd.NotStarted(StartFailure.NoRoom, Encoding.UTF8.GetString(bytes[..n]).Trim());
        int stage = MemoryMarshal.Read<int>(bytes);
        int error = MemoryMarshal.Read<int>(bytes[sizeof(int)..]);
        string reason = $"{spec.Program}: {Marshal.GetPInvokeErrorMessage(error)}";
        return stage switch
        {
            StageExec => new ProcessEnd.NotStarted(Failure(error), reason),
            StageCgroup => new ProcessEnd.NotStarted(StartFailure.NoRoom, $"can't enter its cgroup; {reason}"),
            _ => new ProcessEnd.NotStarted(StartFailure.NoRoom, reason),
        };
    }

    public static StartFailure Failure(int error) => error switch
    {
        Native.ErrorNoEntry => StartFailure.NotFound,
        Native.ErrorAccess or Native.ErrorPermission or Native.ErrorNotExecutable
            or Native.ErrorTooLong => StartFailure.NotPermitted,
        _ => StartFailure.NoRoom,
    };

    public void Complete(ProcessEnd end, TimeSpan duration, ImmutableArray<int> survivors)
    {
        Stage = ChildStage.Done;
        _reason.EndLine();
        _completion.TrySetResult(new ProcessResult(
            end, _output.Text(), _errors.Text(), _reason.Reason, duration, survivors));
    }

    public void CloseAll()
    {
        Cancellation.Unregister();
        Native.CloseIfOpen(ref Pidfd);
        Native.CloseIfOpen(ref GateWrite);
        Native.CloseIfOpen(ref StatusRead);
        Native.CloseIfOpen(ref OutputRead);
        Native.CloseIfOpen(ref ErrorsRead);
        Native.CloseIfOpen(ref OutputWrite);
        Native.CloseIfOpen(ref ErrorsWrite);
    }
}
