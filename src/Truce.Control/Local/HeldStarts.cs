using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Starts that this node may run once a fencing is confirmed: by the log, or by this node's own device while the dead
/// node's token runs out and the log stands still. Whatever is held ends here: it is run, or given up in so many
/// words, since the others count it as possibly active until then.
/// </summary>
internal sealed class HeldStarts
{
    private readonly List<(Order Order, Instant Until)> _held = [];
    private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _succeeded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>When the first of them is given up.</summary>
    public Instant? NextTimer
    {
        get
        {
            IEnumerable<Instant?> waiting = _held.Where(h => !_confirmed.Contains(h.Order.Fence!)).Select(h => (Instant?)h.Until);
            return waiting.Min();
        }
    }

    /// <summary>A start was allowed, until then.</summary>
    public void Hold(Order order, Instant until) => _held.Add((order, until));

    /// <summary>This node's own devices have confirmed a fencing.</summary>
    public void Confirm(string fence) => _confirmed.Add(fence);

    /// <summary>An operation ended; the next in its row may go on, or never will.</summary>
    public void Ended(OperationResult result) => (result.IsExpected ? _succeeded : _failed).Add(result.OperationId);

    /// <summary>This node reports anew: the report drops what it holds.</summary>
    public void Clear()
    {
        _held.Clear();
        ForgetOutcomes();
    }

    /// <summary>What is to be run now, and what is given up.</summary>
    public (ImmutableArray<Order> Run, ImmutableArray<Order> GivenUp) Take(ReplicatedState state, Instant now)
    {
        if (_held.Count == 0)
        {
            ForgetOutcomes();
            return ([], []);
        }

        _held.RemoveAll(h => !state.Pending.ContainsKey(h.Order.OperationId));
        ImmutableArray<Order> givenUp = [.. _held.Where(h => IsOver(h.Order, h.Until, state, now)).Select(h => h.Order)];
        _held.RemoveAll(h => givenUp.Contains(h.Order));
        ImmutableArray<Order> run =
        [
            .. _held.Select(h => h.Order).Where(o => IsConfirmed(o, state) && o.After.All(_succeeded.Contains)),
        ];
        _held.RemoveAll(h => run.Contains(h.Order));
        return (run, givenUp);
    }

    private bool IsOver(Order order, Instant until, ReplicatedState state, Instant now) =>
        order.After.Any(_failed.Contains)
        || (!IsConfirmed(order, state) && (until.CompareTo(now) <= 0 || !state.OpenFences.Any(f => f.Intent.Id == order.Fence)));

    private bool IsConfirmed(Order order, ReplicatedState state) => _confirmed.Contains(order.Fence!)
        || state.Fences.Any(f => f.Intent.Id == order.Fence && f.Stage is FenceStage.Done or FenceStage.Confirmed);

    private void ForgetOutcomes()
    {
        _confirmed.Clear();
        _succeeded.Clear();
        _failed.Clear();
    }
}
