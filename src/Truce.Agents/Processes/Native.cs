using System.Runtime.InteropServices;

namespace Truce.Agents.Processes;

/// <summary>The system calls that .NET has no word for.</summary>
internal static unsafe partial class Native
{
    public const int OpenReadWrite = 2;
    public const int OpenPath = 0x200000;
    public const int OpenDirectory = 0x10000;
    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x80000;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;
    public const int SignalChild = 17;
    public const int ErrorNoEntry = 2;
    public const int ErrorInterrupted = 4;
    public const int ErrorAgain = 11;
    public const int ErrorAccess = 13;
    public const int ErrorPermission = 1;
    public const int ErrorNotExecutable = 8;
    public const int ErrorTooLong = 7;

    private const int SetFileFlags = 4;
    private const int DuplicateCloseOnExec = 1030;
    private const int FirstFreeDescriptor = 10;
    private const int WaitById = 1;
    private const int WaitByPidfd = 3;
    private const int WaitNoHang = 1;
    private const int WaitExited = 4;
    private const int WaitNoReap = 0x01000000;
    private const long SyscallPidfdSendSignal = 424;
    private const long SyscallPidfdOpen = 434;

    /// <summary>A pipe whose two ends are closed on exec and lie above the
    /// numbers that children use.</summary>
    public static (int Read, int Write) Pipe()
    {
        int* ends = stackalloc int[2];
        if (PipeCall(ends, OpenCloseOnExec) != 0)
            throw LastError("pipe");
        return (Lift(ends[0]), Lift(ends[1]));
    }

    public static int OpenOrThrow(string path, int flags)
    {
        int descriptor = Open(path, flags | OpenCloseOnExec, 0);
        return descriptor >= 0 ? Lift(descriptor) : throw LastError("open");
    }

    /// <summary>Null: end of file, or nothing there now (<paramref name="error"/> says which).</summary>
    public static int ReadSome(int descriptor, Span<byte> into, out int error)
    {
        fixed (byte* at = into)
        {
            for (; ; )
            {
                nint n = Read(descriptor, at, (nuint)into.Length);
                error = n < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (n >= 0 || error != ErrorInterrupted)
                    return (int)n;
            }
        }
    }

    public static int WriteSome(int descriptor, ReadOnlySpan<byte> from)
    {
        fixed (byte* at = from)
        {
            for (; ; )
            {
                nint n = Write(descriptor, at, (nuint)from.Length);
                if (n >= 0 || Marshal.GetLastPInvokeError() != ErrorInterrupted)
                    return (int)n;
            }
        }
    }

    public static void SetNonBlocking(int descriptor, int accessMode) =>
        FileControl(descriptor, SetFileFlags, OpenNonBlocking | accessMode);

    public static void CloseIfOpen(ref int descriptor)
    {
        if (descriptor >= 0)
            _ = Close(descriptor);
        descriptor = -1;
    }

    public static int OpenPidfd(int processId) => (int)SystemCall(SyscallPidfdOpen, processId, 0, 0, 0);

    public static bool SignalPidfd(int pidfd, int signal) =>
        SystemCall(SyscallPidfdSendSignal, pidfd, signal, 0, 0) == 0;

    /// <summary>How the ended child behind <paramref name="pidfd"/> did end; it remains a zombie, and its
    /// number taken. Null if the kernel has thrown its status away.</summary>
    public static ProcessEnd? Peek(int pidfd) => WaitFor(WaitByPidfd, pidfd, WaitExited | WaitNoReap);

    /// <summary>Frees the number of the child behind <paramref name="pidfd"/>;
    /// false if it has not ended.</summary>
    public static bool TryReap(int pidfd) =>
        WaitFor(WaitByPidfd, pidfd, WaitExited | WaitNoHang) is not ProcessEnd.Signaled(0);

    /// <summary>Waits for a child that has been killed.</summary>
    public static void ReapById(int processId) => WaitFor(WaitById, processId, WaitExited);

    private static ProcessEnd? WaitFor(int idType, int id, int options)
    {
        const int CodeExited = 1;
        byte* info = stackalloc byte[128];
        new Span<byte>(info, 128).Clear(); // with WaitNoHang and nothing ended, nothing is written
        int outcome;
        do
            outcome = WaitId(idType, (uint)id, info, options);
        while (outcome != 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
        if (outcome != 0)
            return null;
        int* fields = (int*)info;
        return fields[2] == CodeExited ? new ProcessEnd.Exited(fields[6]) : new ProcessEnd.Signaled(fields[6]);
    }

    public static IOException LastError(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private static int Lift(int descriptor)
    {
        if (descriptor >= FirstFreeDescriptor)
            return descriptor;
        int lifted = FileControl(descriptor, DuplicateCloseOnExec, FirstFreeDescriptor);
        if (lifted < 0)
            throw LastError("fcntl");
        _ = Close(descriptor);
        return lifted;
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int PipeCall(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* into, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte* from, nuint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int idType, uint id, byte* info, int options);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* request);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int count, int timeoutMs);
}
