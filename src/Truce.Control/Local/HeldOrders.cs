using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Committed orders that this node begins by itself: each once those before it have succeeded here, and an
/// allowed start only when its fencing is confirmed, by the log or by this node's own device while the dead
/// node's token runs out and the log stands still. A start delay is waited for here, too, so that a plan that
/// has changed takes it back. Every held order ends here: it is run, or explicitly abandoned, because the
/// other members count it as possibly active until then.
/// </summary>
internal sealed class HeldOrders
{
    private readonly List<Held> _held = [];
    private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _succeeded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>When the first of the allowed starts is given up, or the first start delay is over.</summary>
    public Instant? NextTimer => _held.Min(
        h => h.Due ?? (h.Until is not null && !_confirmed.Contains(h.Order.Fence!) ? h.Until : null));

    /// <summary>A start was allowed, until then.</summary>
    public void Allow(Order order, Instant until) => _held.Add(new Held(order, until, default, 0));

    /// <summary>An order is to follow others, or begins after a delay, in the view it was given in.</summary>
    public void Follow(Order order, Command.Ordered given) => _held.Add(new Held(order, null, given.Epoch, given.FenceEpoch));

    /// <summary>This node's own devices have confirmed a fencing.</summary>
    public void Confirm(string fence) => _confirmed.Add(fence);

    /// <summary>Whether an order waits here for this operation.</summary>
    public bool IsFollowed(string operationId) => _held.Exists(h => h.Order.After.Contains(operationId));

    /// <summary>An operation ended; what follows it may go on, or never will.</summary>
    public void Ended(OperationResult result)
    {
        if (_held.Count > 0)
            (result.IsExpected ? _succeeded : _failed).Add(result.OperationId);
    }

    /// <summary>The coordinator withdraws orders that follow others or wait for their time,
    /// and haven't begun; an allowed start only if the withdrawal says so, and unless its
    /// fencing is confirmed by now.</summary>
    public void Withdraw(Command.Withdrawn withdrawn)
    {
        foreach (Held held in _held.Where(
            h => h.Until is null ? h.Given == withdrawn.Epoch : withdrawn.TakesAllowed))
            held.IsWithdrawn = true;
    }

    /// <summary>This node reports again: the report drops what it holds.</summary>
    public void Clear()
    {
        _held.Clear();
        ForgetOutcomes();
    }

    /// <summary>What is to be run now, and what is given up.</summary>
    /// <param name="state">What is committed.</param>
    /// <param name="quorate">Whether the view is: in another one no allowed start
    /// goes on, nor is it given up.</param>
    /// <param name="now">The time.</param>
    public (ImmutableArray<Order> Run, ImmutableArray<Order> GivenUp) Take(ReplicatedState state, bool quorate, Instant now)
    {
        // A branch has begun, and what is committed doesn't say so yet: what follows would be judged by the
        // view before, and started without quorum (promise S3).
        if (!quorate && state.View is { Quorate: true })
            return ([], []);
        _held.RemoveAll(h => !state.Pending.ContainsKey(h.Order.OperationId));
        ImmutableArray<Order>.Builder run = ImmutableArray.CreateBuilder<Order>();
        ImmutableArray<Order>.Builder givenUp = ImmutableArray.CreateBuilder<Order>();
        // Those that follow stand behind those they follow: one look sees what a given up one takes along.
        foreach (Held held in _held.Where(h => quorate || h.Until is null).ToList())
        {
            Order order = held.Order;
            bool isReady = order.After.All(_succeeded.Contains) && (held.Until is null || IsConfirmed(order, state));
            if (IsOver(held, state, now) || (isReady && IsVoid(held, state)))
            {
                givenUp.Add(order);
                _failed.Add(order.OperationId);
                _held.Remove(held);
            }
            else if (isReady && held.IsDue(now))
            {
                run.Add(order with { StartDelayMs = 0 });
                _held.Remove(held);
            }
        }

        if (_held.Count == 0)
            ForgetOutcomes();
        return (run.ToImmutable(), givenUp.ToImmutable());
    }

    private bool IsOver(Held held, ReplicatedState state, Instant now)
    {
        if (held.Order.After.Any(_failed.Contains))
            return true;
        if (held.Until is not { } until)
            return held.IsWithdrawn || state.View?.Epoch != held.Given;
        return !IsConfirmed(held.Order, state)
            && (held.IsWithdrawn || until.CompareTo(now) <= 0
                || !state.OpenFences.Any(f => f.Intent.Id == held.Order.Fence));
    }

    // What was judged when it was ordered is judged once more: the state has gone on since.
    private static bool IsVoid(Held held, ReplicatedState state) =>
        held.Until is null && StartGuard.Objection(state, held.Order, held.FenceEpoch) is not null;

    private bool IsConfirmed(Order order, ReplicatedState state) => _confirmed.Contains(order.Fence!)
        || state.Fences.Any(f => f.Intent.Id == order.Fence && f.Stage is FenceStage.Done or FenceStage.Confirmed);

    private void ForgetOutcomes()
    {
        _confirmed.Clear();
        _succeeded.Clear();
        _failed.Clear();
    }

    /// <param name="order">The order.</param>
    /// <param name="until">An allowed start: when it is given up. Null: one that follows others.</param>
    /// <param name="given">The view it was given in.</param>
    /// <param name="fenceEpoch">The fence epoch that the coordinator knew.</param>
    private sealed class Held(Order order, Instant? until, Epoch given, long fenceEpoch)
    {
        public Order Order => order;

        public Instant? Until => until;

        public Epoch Given => given;

        public long FenceEpoch => fenceEpoch;

        public bool IsWithdrawn { get; set; }

        /// <summary>When its start delay is over; null: it has none, or what it
        /// waits for isn't there yet.</summary>
        public Instant? Due { get; private set; }

        /// <summary>Whether it may begin, now that what it waited for is there: its start
        /// delay counts from then on. </summary>
        public bool IsDue(Instant now)
        {
            if (order.IsDelayed)
            {
                Due ??= now.Plus(TimeSpan.FromMilliseconds(
                    Math.Min(order.StartDelayMs, Interval.MaxMilliseconds)));
            }

            return Due is not { } due || due.CompareTo(now) <= 0;
        }
    }
}
