using Truce.Model;

namespace Truce.Runtime.Executor;

/// <summary>
/// Whose turn it is. Operations of one resource run one after the other in the order they came; of different
/// resources side by side, up to a limit.
/// </summary>
internal sealed class OperationQueue(int runningMax)
{
    private readonly List<HeldOperation> _waiting = [];
    private readonly Dictionary<string, int> _busy = new(StringComparer.Ordinal);
    private int _running;

    public int WaitingCount => _waiting.Count;

    public void Add(HeldOperation operation, Instant now)
    {
        operation.Phase = OperationPhase.Waiting;
        operation.WaitingSince = now;
        _waiting.Add(operation);
    }

    /// <summary>Ahead of everything that waits: a shot doesn't wait behind monitors of its device.</summary>
    public void AddFirst(HeldOperation operation, Instant now)
    {
        Add(operation, now);
        _waiting.RemoveAt(_waiting.Count - 1);
        _waiting.Insert(0, operation);
    }

    public void Remove(HeldOperation operation) => _waiting.Remove(operation);

    /// <summary>The next that may begin; it counts as running from here until <see cref="Ended"/>.</summary>
    public HeldOperation? TakeNext()
    {
        if (_running >= runningMax)
            return null;
        HeldOperation? next = _waiting.Find(o => !_busy.ContainsKey(o.Order.Resource));
        if (next is null)
            return null;
        _waiting.Remove(next);
        _busy[next.Order.Resource] = 1;
        _running++;
        return next;
    }

    public void Ended(HeldOperation operation)
    {
        _busy.Remove(operation.Order.Resource);
        _running--;
    }
}
