using System.Runtime.InteropServices;

namespace Truce.Lab;

/// <summary>The few calls to the operating system that .NET doesn't offer.</summary>
internal static partial class Native
{
    public const int SignalKill = 9;
    public const int SignalStop = 19;
    public const int SignalContinue = 18;
    public const int NotFound = 2;
    public const int NoSuchProcess = 3;
    public const int Busy = 16;

    public const int OpenReadOnly = 0;
    public const int OpenReadWrite = 2;
    public const int OpenExclusive = 0x80;
    public const int OpenDirectory = 0x10000;
    public const int OpenCloseOnExec = 0x80000;

    /// <summary>LOOP_CLR_FD: detach a loop device.</summary>
    public const ulong LoopClear = 0x4C01;

    /// <summary>FS_IOC_SHUTDOWN: from now on the filesystem writes nothing.</summary>
    public const ulong FilesystemShutdown = 0x8004587D;

    /// <summary>Not even its log is flushed: as when the power goes.</summary>
    public const uint ShutdownWithoutFlush = 2;

    /// <summary>SIOCSIFFLAGS: a network device up or down.</summary>
    public const ulong SetInterfaceFlags = 0x8914;

    public const int FamilyInternet = 2;
    public const int DatagramSocket = 2 | OpenCloseOnExec;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int MakeSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int file, ulong request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial uint GetUserId();

    /// <summary>Who owns a file or a link itself; null: it isn't there.</summary>
    public static uint? OwnerOf(string path)
    {
        Span<byte> facts = stackalloc byte[256];
        // struct statx: stx_uid at 20.
        return FileFacts(CurrentDirectory, path, NoFollow, OwnerOnly, facts) == 0
            ? MemoryMarshal.Read<uint>(facts[20..]) : null;
    }

    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint OwnerOnly = 0x8;

    [LibraryImport(
        "libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileFacts(int directory, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int file, ulong request, ref uint argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int file, ulong request, nint argument);
}
