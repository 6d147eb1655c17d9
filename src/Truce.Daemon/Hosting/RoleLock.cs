using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Truce.Daemon.Hosting;

/// <summary>
/// A role's lock on its node: it ends with the process, whatever ends that, so that a stale lock is never
/// mistaken for a running role. The process id is in a file of its own (.NET can't open a locked file, nor
/// open one without a lock of its own; hence the calls).
/// </summary>
internal sealed partial class RoleLock : IDisposable
{
    private const int ReadWriteCreateCloseOnExec = 0x2 | 0x40 | 0x80000;
    private const int OwnerReadWrite = 0x180;
    private const int LockExclusive = 2;
    private const int LockDontWait = 4;
    private const int ErrorInterrupted = 4;

    private readonly SafeFileHandle _file;

    private RoleLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes it for this process; null: another process has it.</summary>
    public static RoleLock? TryTake(string runDirectory, string role)
    {
        SafeFileHandle file = OpenFile(LockPath(runDirectory, role));
        if (Lock(file, LockExclusive | LockDontWait) != 0)
        {
            file.Dispose();
            return null;
        }

        File.WriteAllText(ProcessPath(runDirectory, role), $"{Environment.ProcessId}\n");
        return new RoleLock(file);
    }

    /// <summary>The process that holds it; null if none does.</summary>
    public static int? Holder(string runDirectory, string role)
    {
        using SafeFileHandle file = OpenFile(LockPath(runDirectory, role));
        // Taken, it is given back by closing the file.
        if (Lock(file, LockExclusive | LockDontWait) == 0)
            return null;
        return int.TryParse(
            File.ReadAllText(ProcessPath(runDirectory, role)), NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out int process) ? process : null;
    }

    /// <summary>Waits until no process holds it.</summary>
    public static void WaitForEnd(string runDirectory, string role)
    {
        using SafeFileHandle file = OpenFile(LockPath(runDirectory, role));
        while (Lock(file, LockExclusive) != 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted)
        {
        }
    }

    public void Dispose() => _file.Dispose();

    private static string LockPath(string runDirectory, string role) => Path.Combine(runDirectory, role + ".lock");

    private static string ProcessPath(string runDirectory, string role) => Path.Combine(runDirectory, role + ".pid");

    private static SafeFileHandle OpenFile(string path)
    {
        SafeFileHandle file = Open(path, ReadWriteCreateCloseOnExec, OwnerReadWrite);
        return file.IsInvalid
            ? throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}")
            : file;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
