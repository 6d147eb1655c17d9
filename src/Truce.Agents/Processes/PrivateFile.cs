using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Truce.Agents.Processes;

/// <summary>Reads private files, and checks that no other user can access them.</summary>
internal static partial class PrivateFile
{
    private const int BytesMax = 16 * 1024;
    private const int OpenFlags = 0x800 | 0x80000; // O_NONBLOCK (a FIFO must not hold us up), O_CLOEXEC.
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int RegularFile = 0x8000;
    private const int KindMask = 0xf000;
    private const int OthersMask = 0x3f;
    private const nint OpenAt2 = 437;
    private const ulong NoSymbolicLinks = 0x04;

    /// <summary>All of it.</summary>
    /// <exception cref="IOException">It isn't there, or isn't private; the
    /// message says what to do.</exception>
    public static byte[] Read(string path)
    {
        using SafeFileHandle file = Open(path);
        Span<byte> facts = stackalloc byte[256];
        if (FileFacts((int)file.DangerousGetHandle(), "", EmptyPath, BasicStats, facts) != 0)
            throw new IOException($"{path}: {LastError()}");
        // struct statx: stx_uid at 20, stx_mode at 28.
        uint owner = MemoryMarshal.Read<uint>(facts[20..]);
        ushort mode = MemoryMarshal.Read<ushort>(facts[28..]);
        if ((mode & KindMask) != RegularFile)
            throw new IOException($"{path} isn't a regular file");
        if (owner != 0 && owner != EffectiveUser())
            throw new IOException($"{path} belongs to user {owner}; do: chown root {path}");
        if ((mode & OthersMask) != 0)
            throw new IOException($"{path} is accessible to others (mode {Convert.ToString(mode & 0xfff, 8)}); do: chmod 600 {path}");
        byte[] bytes = new byte[BytesMax + 1];
        int read = RandomAccess.Read(file, bytes, 0);
        return read <= BytesMax ? bytes[..read] : throw new IOException($"{path} has more than {BytesMax} bytes");
    }

    private static SafeFileHandle Open(string path)
    {
        OpenHow how = new() { Flags = OpenFlags, Resolve = NoSymbolicLinks };
        nint file = SystemCall(OpenAt2, CurrentDirectory, path, ref how, (nuint)Marshal.SizeOf<OpenHow>());
        if (file >= 0)
            return new SafeFileHandle(file, ownsHandle: true);
        const int LinkInPath = 40;
        throw new IOException(Marshal.GetLastPInvokeError() == LinkInPath
            ? $"{path} is reached through a symbolic link; do: use the path of the file itself"
            : $"{path}: {LastError()}; do: put the secret there on every node where the resource may run, with mode 600");
    }

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SystemCall(nint number, nint directory, string path, ref OpenHow how, nuint size);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileFacts(int directory, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
