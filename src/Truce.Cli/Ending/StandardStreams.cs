using System.Runtime.InteropServices;

namespace Truce.Cli.Ending;

/// <summary>The standard streams of this process, by the system's own calls: .NET's
/// hide that a reader is gone.</summary>
internal static partial class StandardStreams
{
    private const int InputFile = 0;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;
    private const int OutputFile = 1;
    private const int ErrorFile = 2;
    private const int Interrupted = 4;
    private const int Again = 11;
    private const int BrokenPipe = 32;
    private const short PollOut = 4;

    /// <summary>Standard output.</summary>
    public static StandardWriter Output() => Open(OutputFile);

    /// <summary>Standard error.</summary>
    public static StandardWriter Error() => Open(ErrorFile);

    /// <summary>Whether standard output is a terminal.</summary>
    public static bool IsTerminal { get; } = IsTerminalFile(OutputFile) == 1;

    /// <summary>How wide the terminal is; no limit where standard output is none.</summary>
    public static int Columns => IsTerminal && Console.WindowWidth is > 0 and var wide ? wide : int.MaxValue;

    /// <summary>Standard input; empty where it was closed.</summary>
    public static Stream Input() => WasClosed(InputFile) ? Stream.Null : Console.OpenStandardInput();

    private static StandardWriter Open(int file) => WasClosed(file)
        ? new(_ => new WriteFailure("it is closed", false), false)
        : new(bytes => WriteAll(file, bytes.Span), IsTerminalFile(file) == 1);

    // What was closed when this program began may be a file of the runtime's own by now: one that wouldn't
    // survive exec. What was handed down did survive it.
    private static bool WasClosed(int file) => Control(file, GetDescriptorFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    private static WriteFailure? WriteAll(int file, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written = Write(file, bytes, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Again)
                WaitForRoom(file);
            else if (error != Interrupted)
                return new WriteFailure(Marshal.GetPInvokeErrorMessage(error), error == BrokenPipe);
        }

        return null;
    }

    // Another program on the same terminal has made it non-blocking.
    private static void WaitForRoom(int file)
    {
        PollEntry entry = new() { File = file, Events = PollOut };
        _ = Poll(ref entry, 1, -1);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int File;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int file, int command);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminalFile(int file);
}
