using Truce.Model;

namespace Truce.Runtime.Executor;

/// <summary>
/// Times of orders as the executor uses them. Whatever number an order carries, it must not end the process
/// that runs every resource of the node (promise S9).
/// </summary>
internal static class OrderTimes
{
    /// <summary>Before an operation begins, or begins again.</summary>
    public static TimeSpan Wait(long milliseconds) =>
        TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, Interval.MaxMilliseconds));

    /// <summary>How long it may run: no more than timers take, some 24 days.</summary>
    public static TimeSpan Limit(long milliseconds) =>
        TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue));
}
