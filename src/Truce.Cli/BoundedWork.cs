using System.Diagnostics;
using System.Globalization;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary>How long work on paper may take, and how much memory.</summary>
public sealed record WorkBounds(TimeSpan Time, long MemoryBytes)
{
    private const long MebiByte = 1024 * 1024;
    private const long MemoryMax = 4096 * MebiByte;

    /// <summary>Far more than the largest clusters take; of a small machine not all.</summary>
    public static WorkBounds Default { get; } = new(
        TimeSpan.FromMinutes(5), Math.Min(MemoryMax, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3));

    /// <summary>The memory as people write it.</summary>
    public string MemoryText => string.Create(CultureInfo.InvariantCulture, $"{MemoryBytes / MebiByte} MiB");

    /// <summary>The time as people write it.</summary>
    public string TimeText => string.Create(CultureInfo.InvariantCulture, $"{Time.TotalSeconds:0.###} s");
}

/// <summary>
/// Work that may never end (reading from a pipe without a writer, planning a configuration that explodes), on
/// a thread of its own: the command ends when its limits are reached or the user interrupts it, whatever the
/// work is doing. The thread ends with the process.
/// </summary>
public static class BoundedWork
{
    // What depends on what may be a long chain; a stack is only touched as far as it is used.
    private const int StackBytes = 256 * 1024 * 1024;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it.</summary>
    /// <param name="name">What is worked on, for messages.</param>
    /// <param name="bounds">What it may cost.</param>
    /// <param name="work">Looks at its token now and then, or doesn't.</param>
    /// <param name="cancel">A person has enough of it.</param>
    /// <exception cref="CommandException">A bound was reached, or it failed.</exception>
    public static async Task<T> RunAsync<T>(
        string name, WorkBounds bounds, Func<CancellationToken, T> work, CancellationToken cancel)
    {
        using CancellationTokenSource ended = new();
        Task<T> done = Begin(work, ended.Token);
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            while (!done.IsCompleted)
            {
                await Task.WhenAny(done, Task.Delay(s_look, cancel)).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                if (!done.IsCompleted && Exceeded(bounds, clock.Elapsed) is { } what)
                    throw new CommandException(ExitCode.BadInput, $"{name}: {what}", Remedy);
            }

            return await done.ConfigureAwait(false);
        }
        catch (PlanBudgetException problem)
        {
            throw new CommandException(ExitCode.BadInput, $"{name}: {problem.Message}", Remedy);
        }
        catch (OutOfMemoryException)
        {
            throw new CommandException(ExitCode.BadInput, $"{name}: it needs more memory than is available", Remedy);
        }
        catch (Exception defect) when (defect is not (CommandException or OperationCanceledException))
        {
            throw new CommandException(
                ExitCode.Defect, $"{name}: planning fails: {defect.GetType().Name}: {defect.Message}",
                "undo the last change, and report this with the file: it is a bug in truce");
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private const string Remedy =
        "reduce whatever multiplies (clone-max, sets in constraints, rules), or raise --time-limit and --memory-limit";

    private static Task<T> Begin<T>(Func<CancellationToken, T> work, CancellationToken ended)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(work, done, ended), StackBytes) { IsBackground = true, Name = "planner" }.Start();
        return done.Task;
    }

    private static void Run<T>(Func<CancellationToken, T> work, TaskCompletionSource<T> done, CancellationToken ended)
    {
        try
        {
            done.TrySetResult(work(ended));
        }
#pragma warning disable CA1031 // The top of a thread: who waits for it takes it.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            done.TrySetException(problem);
        }
    }

    private static string? Exceeded(WorkBounds bounds, TimeSpan elapsed) =>
        elapsed > bounds.Time ? $"it takes longer than {bounds.TimeText}"
        // What is garbage doesn't count: collected before anything is refused for it.
        : GC.GetTotalMemory(false) > bounds.MemoryBytes && GC.GetTotalMemory(true) > bounds.MemoryBytes
            ? $"it takes more memory than {bounds.MemoryText}"
        : null;
}
