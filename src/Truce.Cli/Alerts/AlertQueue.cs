namespace Truce.Cli.Alerts;

/// <summary>
/// Calls that wait to be run: those of one recipient in their order, those of different ones beside each
/// other. Bounded, so that a recipient that hangs costs neither memory nor the others their calls.
/// </summary>
/// <param name="run">Runs one call to its end; never throws but for <paramref name="stop"/>.</param>
/// <param name="log">Where it is said that calls are left out.</param>
/// <param name="stop">Ends it.</param>
internal sealed class AlertQueue(
    Func<AlertCall, CancellationToken, Task> run, Action<string> log, CancellationToken stop) : IDisposable
{
    /// <summary>Calls that run at once.</summary>
    public const int RunningMax = 4;

    /// <summary>Calls that wait, of one recipient.</summary>
    public const int WaitingMax = 500;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _slots = new(RunningMax);
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>Adds a call. Of a recipient that has too many the new ones are left out: what is told stays
    /// in order, and begins with what began it.</summary>
    public void Add(AlertCall call)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(call.Line, out Line? line))
                _lines[call.Line] = line = new Line();
            if (line.Waiting.Count < WaitingMax)
                line.Waiting.Enqueue(call);
            else if (line.LeftOut++ == 0)
                log($"{call}: {WaitingMax} calls are waiting; further ones are left out until some are done");
            if (line.Work.IsCompleted)
                line.Work = Task.Run(() => DrainAsync(line), CancellationToken.None);
        }
    }

    /// <summary>Waits until all that was added has been run, or <c>stop</c> has ended it.</summary>
    public Task DrainedAsync()
    {
        lock (_lock)
            return Task.WhenAll(_lines.Values.Select(l => l.Work));
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task DrainAsync(Line line)
    {
        try
        {
            while (Next(line) is { } call)
            {
                await _slots.WaitAsync(stop).ConfigureAwait(false);
                try
                {
                    await run(call, stop).ConfigureAwait(false);
                }
                finally
                {
                    _slots.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What waits is left: it would be told too late.
        }
    }

    private AlertCall? Next(Line line)
    {
        lock (_lock)
        {
            if (line.Waiting.TryDequeue(out AlertCall? call))
            {
                if (line.LeftOut > 0 && line.Waiting.Count == 0)
                {
                    log($"{call}: {line.LeftOut} calls were left out");
                    line.LeftOut = 0;
                }

                return call;
            }

            // Under the lock: whoever adds after this finds the work done, and begins it anew.
            line.Work = Task.CompletedTask;
            return null;
        }
    }

    private sealed class Line
    {
        public Queue<AlertCall> Waiting { get; } = [];

        public Task Work { get; set; } = Task.CompletedTask;

        public int LeftOut { get; set; }
    }
}
