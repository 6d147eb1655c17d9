using System.Runtime.InteropServices;

namespace Truce.Daemon.Hosting;

/// <summary>What .NET has no call for.</summary>
internal static partial class NativeProcess
{
    private const int SigKill = 9;
    private const int LockExclusive = 2;
    private const int LockDontWait = 4;
    private const int LockRelease = 8;
    private const int ErrorInterrupted = 4;

    /// <summary>The effective user.</summary>
    public static uint User => GetEffectiveUser();

    /// <summary>Ends this process as kill -9 would.</summary>
    public static void KillSelf() => _ = Kill(Environment.ProcessId, SigKill);

    /// <summary>Sends a signal; false: there is no such process.</summary>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>Takes a lock that ends with the process; false: another process has it.</summary>
    public static bool TryLock(SafeHandle file) =>
        Lock((int)file.DangerousGetHandle(), LockExclusive | LockDontWait) == 0;

    /// <summary>Waits for the lock, and gives it back: whoever held it has ended.</summary>
    public static void WaitForLock(SafeHandle file)
    {
        while (Lock((int)file.DangerousGetHandle(), LockExclusive) != 0
            && Marshal.GetLastPInvokeError() == ErrorInterrupted)
        {
        }

        _ = Lock((int)file.DangerousGetHandle(), LockRelease);
    }

    /// <summary>Gives a file to a group; false: not allowed.</summary>
    public static bool TryGiveToGroup(string path, uint group) => ChangeOwner(path, uint.MaxValue, group) == 0;

    /// <summary>Who owns a file; null: it can't be told.</summary>
    public static uint? OwnerOf(string path)
    {
        // struct statx: stx_mask at 0, stx_uid at 20.
        Span<byte> status = stackalloc byte[256];
        const int current = -100;
        const uint wantUser = 0x8;
        return StatX(current, path, 0, wantUser, status) == 0
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(status[20..])
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
