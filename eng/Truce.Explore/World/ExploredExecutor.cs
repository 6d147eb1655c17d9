using Truce.Contracts;
using Truce.Control;
using Truce.Model.Replication;

namespace Truce.Explore.World;

/// <summary>
/// An executor or a fencer, as its controller sees it: what runs, what repeats, and what it has told that
/// nobody has acknowledged. Not production code: what a controller is told by one is, in the same words.
/// </summary>
internal sealed class ExploredExecutor(string session)
{
    private readonly List<NumberedResult> _unreported = [];
    private readonly SortedDictionary<string, StartedAs> _started = new(StringComparer.Ordinal);

    /// <summary>Its life; empty: there is none.</summary>
    public string Session { get; } = session;

    public List<RunningOperation> Operations { get; } = [];

    public List<Order> Recurring { get; } = [];

    public HashSet<string> Known { get; } = [];

    public long LastNumber { get; private set; }

    public int LastCall { get; private set; }

    public int NextCall() => ++LastCall;

    public NumberedResult Tell(Func<long, NumberedResult> make)
    {
        NumberedResult result = make(++LastNumber);
        _unreported.Add(result);
        return result;
    }

    public void Acknowledged(long number) => _unreported.RemoveAll(r => r.Number <= number);

    public void Started(StartedAs started) => _started[started.Resource.Value] = started;

    public void Stopped(string resource) => _started.Remove(resource);

    public ExecutorInventory Inventory() => new(
        Session,
        [.. Operations.Select(o => o.Order.OperationId), .. Recurring.Select(o => o.OperationId)],
        [.. _unreported], [])
    {
        Started = [.. _started.Values],
    };

    /// <summary>Its next life: what ran is killed and told as interrupted, what repeated is over.</summary>
    public ExploredExecutor Successor(string session)
    {
        ExploredExecutor next = new(session) { LastNumber = LastNumber, LastCall = LastCall };
        foreach (KeyValuePair<string, StartedAs> started in _started)
            next._started.Add(started.Key, started.Value);
        return next;
    }
}

/// <summary>An operation under way: an agent's run, or a device that was asked to switch a node.</summary>
internal sealed class RunningOperation(Order order, OperationOrder asked)
{
    /// <summary>As the controller ordered it; a shot has only what makes a result of it.</summary>
    public Order Order { get; } = order;

    public OperationOrder Asked { get; } = asked;

    public int Call { get; set; }

    /// <summary>Its agent has begun; it waits for an earlier one of the same resource before.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The boot of the target that was switched off; null: not yet.</summary>
    public string? SwitchedOff { get; set; }
}
