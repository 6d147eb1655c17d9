using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>A thread for long pure work. Only the latest request counts: one that waits is replaced.</summary>
internal sealed class Worker : IWorker
{
    private readonly object _lock = new();
    private readonly Action<RoleInput> _post;
    private (long Id, Func<object> Work)? _next;

    public Worker(Action<RoleInput> post)
    {
        _post = post;
        // A deep configuration recurses deeply: the stack is generous, and only touched where it is used.
        new Thread(Run, 16 * 1024 * 1024) { IsBackground = true, Name = "planner" }.Start();
    }

    public void Request(long requestId, Func<object> work)
    {
        lock (_lock)
        {
            _next = (requestId, work);
            Monitor.Pulse(_lock);
        }
    }

    private void Run()
    {
        while (true)
        {
            (long id, Func<object> work) = Next();
            _post(new RoleInput.FromWorker(id, work()));
        }
    }

    private (long Id, Func<object> Work) Next()
    {
        lock (_lock)
        {
            while (_next is null)
                Monitor.Wait(_lock);
            (long, Func<object>) next = _next.Value;
            _next = null;
            return next;
        }
    }
}
