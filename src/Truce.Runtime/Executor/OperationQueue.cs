using Truce.Model;

namespace Truce.Runtime.Executor;

/// <summary>
/// Whose turn it is. Operations of one resource run one after the other in the order they came
/// (of a fence device: as many at once as it allows); of different resources side by side, up
/// to a limit that holds back no shot.
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
        operation.IsUrgent = true;
        _waiting.RemoveAt(_waiting.Count - 1);
        _waiting.Insert(_waiting.FindLastIndex(o => o.IsUrgent) + 1, operation);
    }

    public void Remove(HeldOperation operation) => _waiting.Remove(operation);

    /// <summary>The next that may begin; it counts as running from here until <see cref="Ended"/>.</summary>
    public HeldOperation? TakeNext()
    {
        HeldOperation? next = _waiting.Find(o => (o.IsUrgent || _running < runningMax) && Busy(o) < o.AtOnceMax);
        if (next is null)
            return null;
        _waiting.Remove(next);
        Hold(next.Order.Resource);
        _running++;
        return next;
    }

    public void Ended(HeldOperation operation)
    {
        Release(operation.Order.Resource);
        _running--;
    }

    /// <summary>Something of that resource goes on that isn't among the running ones; the others wait behind
    /// it until <see cref="Release"/>.</summary>
    public void Hold(string resource) => _busy[resource] = _busy.GetValueOrDefault(resource) + 1;

    public void Release(string resource)
    {
        int left = _busy.GetValueOrDefault(resource) - 1;
        if (left > 0)
            _busy[resource] = left;
        else
            _busy.Remove(resource);
    }

    private int Busy(HeldOperation operation) => _busy.GetValueOrDefault(operation.Order.Resource);
}
