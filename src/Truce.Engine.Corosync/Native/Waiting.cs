using System.Runtime.InteropServices;

namespace Truce.Engine.Corosync.Native;

/// <summary>poll(2) over Corosync's descriptors and a wake-up of our own.</summary>
internal sealed unsafe partial class Waiting : IDisposable
{
    public const short In = 1;
    private const short Broken = 0x8 | 0x10 | 0x20; // POLLERR, POLLHUP, POLLNVAL.
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private readonly Lock _lock = new();
    private readonly int _wake;
    private bool _closed;
    private readonly PollFile[] _files;

    public Waiting(params int[] files)
    {
        _wake = MakeEventFile(0, CloseOnExec | NonBlocking);
        _files = [.. files.Append(_wake).Select(f => new PollFile { File = f, Wanted = In })];
    }

    /// <summary>Lets the next, or present, <see cref="Wait"/> return. From any thread.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            ulong one = 1;
            if (!_closed)
                _ = Write(_wake, &one, sizeof(ulong));
        }
    }

    /// <summary>Waits for input on a file, for a wake-up, or for the time in ms; -1: forever.</summary>
    /// <returns>Whether a file is broken: who was at its other end is gone.</returns>
    public bool Wait(int milliseconds)
    {
        fixed (PollFile* files = _files)
        {
            if (Poll(files, (uint)_files.Length, milliseconds) <= 0)
                return false;
        }

        if ((_files[^1].Got & In) != 0)
        {
            ulong count;
            _ = Read(_wake, &count, sizeof(ulong));
        }

        return _files.Any(f => (f.Got & Broken) != 0);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _ = Close(_wake);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFile
    {
        public int File;
        public short Wanted;
        public short Got;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollFile* files, uint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int MakeEventFile(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, void* data, nint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, void* data, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
