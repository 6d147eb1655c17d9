using System.Diagnostics;

namespace Truce.Engine.Corosync.Native;

/// <summary>Calls that Corosync answers with "try again" while it forms a membership.</summary>
internal static class Retry
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    /// <summary>Repeats a call for a while; its last answer.</summary>
    public static CsError Call(Func<CsError> call)
    {
        long begin = Stopwatch.GetTimestamp();
        CsError error = call();
        while (error is CsError.TryAgain or CsError.QueueFull && Stopwatch.GetElapsedTime(begin) < s_limit)
        {
            Thread.Sleep(s_pause);
            error = call();
        }

        return error;
    }
}
