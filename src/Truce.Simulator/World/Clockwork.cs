using Truce.Model;

namespace Truce.Simulator.World;

/// <summary>Virtual time and everything that is to happen, in one thread. What falls on one instant happens
/// in the order in which it was asked for. Idle time costs nothing.</summary>
internal sealed class Clockwork(int seed)
{
    private const int AtOnceMax = 200_000;
    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new();
    private long _order;
    private int _atOnce;

    /// <summary>The world's own chances: delays, and what fails by chance.
    /// Deterministic: a seed replays them.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>World time in nanoseconds; no node's clock.</summary>
    public long NowNs { get; private set; } = 1_000_000_000;

    public long NowMs => NowNs / 1_000_000;

    public void After(TimeSpan delay, Action action) =>
        _queue.Enqueue(action, (NowNs + Math.Max(0, delay.Ticks * 100), ++_order));

    public void At(long ns, Action action) => _queue.Enqueue(action, (Math.Max(ns, NowNs), ++_order));

    public TimeSpan Between(double leastMs, double mostMs) =>
        TimeSpan.FromMilliseconds(leastMs + (Random.NextDouble() * (mostMs - leastMs)));

    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Runs until nothing is left before the end.</summary>
    public void Run(TimeSpan duration)
    {
        long end = NowNs + (duration.Ticks * 100);
        while (_queue.TryPeek(out _, out (long At, long Order) next) && next.At <= end)
        {
            Action action = _queue.Dequeue();
            _atOnce = next.At > NowNs ? 0 : _atOnce + 1;
            InvariantException.Require(_atOnce < AtOnceMax, "time stands still: something spins");
            NowNs = Math.Max(NowNs, next.At);
            action();
        }

        NowNs = end;
    }

    /// <summary>Runs until it holds, or the time is over; whether it holds.</summary>
    public bool RunUntil(Func<bool> holds, TimeSpan limit)
    {
        long end = NowNs + (limit.Ticks * 100);
        while (!holds())
        {
            if (NowNs >= end)
                return false;
            Run(TimeSpan.FromMilliseconds(50));
        }

        return true;
    }
}
