using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>A thread for long pure work. Only the latest request counts:
/// one that waits is replaced.</summary>
internal sealed class Worker : IWorker
{
    // The largest cluster that is measured (bench/) plans in a few seconds; a minute of no plan is an outage.
    private static readonly TimeSpan s_timeMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);
    private static readonly long s_memoryMax = Math.Min(2L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    private readonly object _lock = new();
    private readonly Action<RoleInput> _post;
    private (long Id, Func<CancellationToken, object> Work)? _next;

    public Worker(Action<RoleInput> post, string name = "planner")
    {
        _post = post;
        // A deep configuration recurses deeply: the stack is generous, and only touched where it is used.
        new Thread(Run, 16 * 1024 * 1024) { IsBackground = true, Name = name }.Start();
    }

    public void Request(long requestId, Func<CancellationToken, object> work)
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
            (long id, Func<CancellationToken, object> work) = Next();
            _post(new RoleInput.FromWorker(id, Bounded(work)));
        }
    }

    // Looked at from another thread: the work only looks at its token.
    private static object Bounded(Func<CancellationToken, object> work)
    {
        using CancellationTokenSource tooMuch = new(s_timeMax);
        using Timer watch = new(_ => Watch(tooMuch), null, s_look, s_look);
        return work(tooMuch.Token);
    }

    private static void Watch(CancellationTokenSource tooMuch)
    {
        if (GC.GetTotalMemory(false) <= s_memoryMax)
            return;
        try
        {
            tooMuch.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in between.
        }
    }

    private (long Id, Func<CancellationToken, object> Work) Next()
    {
        lock (_lock)
        {
            while (_next is null)
                Monitor.Wait(_lock);
            (long, Func<CancellationToken, object>) next = _next.Value;
            _next = null;
            return next;
        }
    }
}
