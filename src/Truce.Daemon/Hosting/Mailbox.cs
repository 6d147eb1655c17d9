using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>
/// The one queue that a role reads. Bounded: whoever posts waits while it is full, which is right for those who read
/// sockets (the kernel's buffers fill, and the peer learns it). The role itself never posts here.
/// </summary>
internal sealed class Mailbox(int capacity)
{
    private readonly object _lock = new();
    private readonly Queue<RoleInput> _inputs = new();

    public void Post(RoleInput input)
    {
        lock (_lock)
        {
            while (_inputs.Count >= capacity)
                Monitor.Wait(_lock);
            _inputs.Enqueue(input);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>The next input, waiting for it no longer than that; null: none came.</summary>
    public RoleInput? Take(TimeSpan wait)
    {
        lock (_lock)
        {
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
