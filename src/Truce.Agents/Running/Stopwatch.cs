using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>Measures an operation of several processes: from when the first is let run.</summary>
internal sealed class Stopwatch(TimeProvider time)
{
    private long _began = -1;

    public TimeSpan Elapsed => _began < 0 ? TimeSpan.Zero : time.GetElapsedTime(_began);

    /// <summary>Begins with the first process that has been recorded.</summary>
    public Func<SpawnedOperation, Task> AfterStart(Func<SpawnedOperation, Task>? beforeExec) =>
        async record =>
    {
        if (beforeExec is not null)
            await beforeExec(record).ConfigureAwait(false);
        if (_began < 0)
            _began = time.GetTimestamp();
    };
}
