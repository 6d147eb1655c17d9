using System.Runtime.InteropServices;

namespace Truce.Client.Groups;

/// <summary>CLOCK_BOOTTIME in milliseconds: the clock in which leases end. It counts suspend, and is the
/// same for all processes of a machine.</summary>
public static partial class LeaseClock
{
    private const int ClockBootTime = 7;

    /// <summary>Now.</summary>
    public static long NowMs
    {
        get
        {
            if (GetTime(ClockBootTime, out Timespec time) != 0)
                throw new InvalidOperationException("clock_gettime(CLOCK_BOOTTIME) failed");
            return (time.Seconds * 1_000) + (time.Nanoseconds / 1_000_000);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
