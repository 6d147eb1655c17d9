using System.Runtime.InteropServices;

namespace Truce.Daemon.Hosting;

/// <summary>What .NET has no call for.</summary>
internal static partial class NativeProcess
{
    private const int SigKill = 9;
    private const int LockExclusive = 2;
    private const int LockDontWait = 4;

    /// <summary>The effective user.</summary>
    public static uint User => GetEffectiveUser();

    /// <summary>Ends this process as kill -9 would.</summary>
    public static void KillSelf() => _ = Kill(Environment.ProcessId, SigKill);

    /// <summary>Sends a signal; false: there is no such process.</summary>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>Takes a lock that ends with the process; false: another process has it.</summary>
    public static bool TryLock(SafeHandle file) =>
        Lock((int)file.DangerousGetHandle(), LockExclusive | LockDontWait) == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int file, int operation);
}
