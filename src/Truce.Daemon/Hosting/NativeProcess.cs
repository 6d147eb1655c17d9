using System.Globalization;
using System.Runtime.InteropServices;

namespace Truce.Daemon.Hosting;

/// <summary>What .NET has no call for.</summary>
internal static partial class NativeProcess
{
    private const int SigKill = 9;
    private const int PriorityOfProcess = 0;
    private const int First = -15;

    /// <summary>The effective user.</summary>
    public static uint User => GetEffectiveUser();

    /// <summary>Ends this process as kill -9 would.</summary>
    public static void KillSelf() => _ = Kill(Environment.ProcessId, SigKill);

    /// <summary>Sends a signal; false: there is no such process.</summary>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>
    /// Puts all threads of this process, and those that they begin later, before the node's services: what
    /// decides and watches must get its turn on a node that its services overload. Without the right to it,
    /// nothing changes. What a process starts inherits it.
    /// </summary>
    public static void GoFirst()
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
            _ = SetPriority(PriorityOfProcess, int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), First);
    }

    /// <summary>Gives a file to a group; false: not allowed.</summary>
    public static bool TryGiveToGroup(string path, uint group) => ChangeOwner(path, uint.MaxValue, group) == 0;

    /// <summary>The owner of a file; null if unknown.</summary>
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

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int process, int nice);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
