using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Truce.Client.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>
/// A command that runs only as long as a session lasts. truce-keep, a process of its own, ends it in time
/// even where this one is stopped or killed; here it is told how long that is.
/// </summary>
internal sealed partial class KeptCommand : IDisposable
{
    private const int SignalTerminate = 15;
    private const int FileBytes = 16;

    /// <summary>Killed that long before the end of the lease: the kernel takes a moment to end many
    /// processes.</summary>
    private const long KillReserveMs = 250;

    private readonly GroupSession _session;
    private readonly FileStream _deadline;

    private KeptCommand(GroupSession session)
    {
        _session = session;
        string path = Path.Combine(Path.GetTempPath(), $"truce-keep-{Guid.NewGuid():N}");
        _deadline = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        // It has no name any more, so nothing is left behind; truce-keep finds it among our files.
        File.Delete(path);
    }

    /// <summary>Runs a command under a session; its exit code, or null: the session was lost first.</summary>
    /// <param name="session">The session.</param>
    /// <param name="command">The command.</param>
    /// <param name="environment">What it is told.</param>
    /// <param name="cancel">It is to end.</param>
    public static async Task<int?> RunAsync(
        GroupSession session, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment,
        CancellationToken cancel)
    {
        using KeptCommand kept = new(session);
        kept.Write();
        session.Renewed += kept.Write;
        try
        {
            using Process process = Start(kept._deadline.SafeFileHandle, command, environment);
            using CancellationTokenRegistration asked = cancel.Register(
                () => Kill(process.Id, SignalTerminate));
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return session.Loss is null ? process.ExitCode : null;
        }
        finally
        {
            session.Renewed -= kept.Write;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _deadline.Dispose();

    private static Process Start(
        SafeFileHandle deadline, IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string> environment)
    {
        string keep = Path.Combine(AppContext.BaseDirectory, "truce-keep");
        if (!File.Exists(keep))
            throw new CommandException(
                ExitCode.BadInput, $"{keep} isn't there", "build Truce on a machine with a C compiler");
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string file = string.Create(
            CultureInfo.InvariantCulture, $"/proc/{self}/fd/{deadline.DangerousGetHandle()}");
        ProcessStartInfo start = new(keep, [file, self, .. command]) { UseShellExecute = false };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    // When it is told to end, and when it is killed: a lost session says so at once.
    private void Write()
    {
        Span<byte> times = stackalloc byte[FileBytes];
        long until = _session.Loss?.DeadlineMs ?? _session.UntilMs;
        long tell = _session.Loss is null ? until - (long)_session.StopTime.TotalMilliseconds : 0;
        BinaryPrimitives.WriteInt64LittleEndian(times, tell);
        BinaryPrimitives.WriteInt64LittleEndian(times[8..], until - KillReserveMs);
        RandomAccess.Write(_deadline.SafeFileHandle, times, 0);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
