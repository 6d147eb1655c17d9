namespace Truce.Daemon.Hosting;

/// <summary>
/// A bounded queue of lines for one thread that takes them. Who waits sleeps at once: the collections of the
/// runtime first spin, and a node that recovers something has no time to give away.
/// </summary>
/// <typeparam name="T">What a line is.</typeparam>
internal sealed class LineQueue<T>(int linesMax)
    where T : class
{
    private readonly Queue<T> _lines = new();
    private readonly object _lock = new();
    private bool _completed;
    private int _dropped;

    /// <summary>Adds a line; one that finds no room is counted and dropped.</summary>
    public void Add(T line)
    {
        lock (_lock)
        {
            if (_completed || _lines.Count >= linesMax)
            {
                _dropped++;
                return;
            }

            _lines.Enqueue(line);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Takes no more lines.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for a line, and says how many were dropped since the one before; null: it is completed,
    /// and empty.</summary>
    public T? Take(out int dropped)
    {
        lock (_lock)
        {
            while (_lines.Count == 0 && !_completed)
                Monitor.Wait(_lock);
            (dropped, _dropped) = (_dropped, 0);
            return _lines.TryDequeue(out T? line) ? line : null;
        }
    }
}
