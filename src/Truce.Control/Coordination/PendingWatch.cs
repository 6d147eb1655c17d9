using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Deadlines for orders that no transition of this coordinator waits for: those of an earlier coordinator or
/// view, and those that were given up. Without them an order that got lost would be pending forever, and
/// what is pending isn't ordered again.
/// </summary>
internal sealed class PendingWatch
{
    private readonly SortedDictionary<string, Instant> _deadlines = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, Order>? _seen;

    /// <summary>The earliest instant at which a result is overdue.</summary>
    public Instant? NextDeadline => _deadlines.Count == 0 ? null : _deadlines.Values.Min();

    /// <summary>Starts over.</summary>
    public void Clear()
    {
        _deadlines.Clear();
        _seen = null;
    }

    /// <summary>Orders whose results are overdue, each reported again only
    /// after another full deadline.</summary>
    /// <param name="state">What is pending.</param>
    /// <param name="isAwaited">Whether a transition waits for an operation: then it has the deadline.</param>
    /// <param name="now">The time.</param>
    public ImmutableArray<Order> Overdue(ReplicatedState state, Func<string, bool> isAwaited, Instant now)
    {
        if (!ReferenceEquals(_seen, state.Pending))
            Track(state, isAwaited, now);
        if (NextDeadline is not { } next || next.CompareTo(now) > 0)
            return [];
        // A lost node is fenced, and its orders end with it.
        ImmutableArray<Order> overdue =
        [
            .. _deadlines.Where(d => d.Value.CompareTo(now) <= 0).Select(d => state.Pending[d.Key])
                .Where(o => !isAwaited(o.OperationId) && state.Member(o.Node) is { Phase: MemberPhase.Joined }),
        ];
        foreach (string id in _deadlines.Where(d => d.Value.CompareTo(now) <= 0).Select(d => d.Key).ToList())
            _deadlines[id] = Deadline(state, state.Pending[id], now);
        return overdue;
    }

    private void Track(ReplicatedState state, Func<string, bool> isAwaited, Instant now)
    {
        _seen = state.Pending;
        foreach (string id in _deadlines.Keys.Where(id => !state.Pending.ContainsKey(id) || isAwaited(id)).ToList())
            _deadlines.Remove(id);
        foreach (Order order in state.Pending.Values.Where(o => !_deadlines.ContainsKey(o.OperationId)))
        {
            if (!isAwaited(order.OperationId))
                _deadlines[order.OperationId] = Deadline(state, order, now);
        }
    }

    private static Instant Deadline(ReplicatedState state, Order order, Instant now) => now.Plus(
        TimeSpan.FromMilliseconds(order.PatienceMs) + ControlOptions.ClusterDelay(state));
}
