using System.Runtime.InteropServices;
using Truce.Model;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>CLOCK_BOOTTIME: monotone, and it counts suspend. (Stopwatch's clock doesn't.)</summary>
internal static partial class BootClock
{
    private const int ClockBootTime = 7;

    public static Instant Now
    {
        get
        {
            if (ClockGetTime(ClockBootTime, out Timespec time) != 0)
                throw new InvariantException("clock_gettime(CLOCK_BOOTTIME) failed");
            return new Instant((time.Seconds * 1_000_000_000) + time.Nanoseconds);
        }
    }

    public static RoleTime RoleTime => new(Now, DateTimeOffset.UtcNow);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
