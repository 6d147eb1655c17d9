using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>
/// The one queue that a role reads. Bounded: writers wait while it is full, which is right for those that
/// read sockets (the kernel's buffers fill, and the peer learns it). The reader itself may post too, and
/// never waits: what a port answers at once comes back on the role's own thread.
/// </summary>
internal sealed class Mailbox(int capacity)
{
    private readonly object _lock = new();
    private readonly Queue<RoleInput> _inputs = new();
    private int _reader;

    public void Post(RoleInput input)
    {
        lock (_lock)
        {
            while (_inputs.Count >= capacity && Environment.CurrentManagedThreadId != _reader)
                Monitor.Wait(_lock);
            _inputs.Enqueue(input);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Posts without waiting; false: it is full.</summary>
    public bool TryPost(RoleInput input)
    {
        lock (_lock)
        {
            if (_inputs.Count >= capacity)
                return false;
            _inputs.Enqueue(input);
            Monitor.PulseAll(_lock);
            return true;
        }
    }

    /// <summary>The next input, waiting for it no longer than that; null: none came.</summary>
    public RoleInput? Take(TimeSpan wait)
    {
        lock (_lock)
        {
            _reader = Environment.CurrentManagedThreadId;
            if (_inputs.Count == 0 && wait > TimeSpan.Zero)
                Monitor.Wait(_lock, wait);
            if (!_inputs.TryDequeue(out RoleInput? input))
                return null;
            if (_inputs.Count == capacity - 1)
                Monitor.PulseAll(_lock);
            return input;
        }
    }
}
