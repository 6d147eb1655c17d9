using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Truce.Daemon.Hosting;

/// <summary>
/// A role's log: lines to standard error and to log_dir/ROLE.log, which is kept at two files of bounded size. A
/// thread of its own writes, since a disk that hangs must not hang the role; lines beyond its queue are counted and
/// dropped.
/// </summary>
internal sealed class RoleLog : ILogger, IDisposable
{
    private const int FileBytesMax = 8 * 1024 * 1024;
    private const int LinesMax = 10_000;
    private const int LineLengthMax = 4096;

    private readonly BlockingCollection<string> _lines = new(LinesMax);
    private readonly string _role;
    private readonly string? _path;
    private readonly Thread _thread;
    private int _dropped;

    public RoleLog(string role, string? directory)
    {
        _role = role;
        _path = directory is null ? null : Path.Combine(directory, role + ".log");
        _thread = new Thread(Write, 256 * 1024) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        string text = formatter(state, exception) + (exception is null ? "" : "\n" + exception);
        if (text.Length > LineLengthMax)
            text = text[..LineLengthMax] + "…";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {_role}[{Environment.ProcessId}]: {text}");
        if (_lines.IsAddingCompleted || !_lines.TryAdd(line))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Writes what is queued, for a limited time.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        if (_thread.Join(TimeSpan.FromSeconds(2)))
            _lines.Dispose();
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information or LogLevel.None => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        LogLevel.Critical => "critical",
    };

    private void Write()
    {
        FileStream? file = Open();
        foreach (string line in _lines.GetConsumingEnumerable())
        {
            int dropped = Interlocked.Exchange(ref _dropped, 0);
            byte[] bytes = Encoding.UTF8.GetBytes(dropped > 0 ? $"{line}\n({dropped} lines dropped)\n" : line + "\n");
            WriteError(bytes);
            file = WriteFile(file, bytes);
        }

        file?.Dispose();
    }

    private static void WriteError(byte[] bytes)
    {
        try
        {
            using Stream error = Console.OpenStandardError();
            error.Write(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody reads standard error any more, or it was closed from the start; the file has the line.
        }
    }

    private FileStream? WriteFile(FileStream? file, byte[] bytes)
    {
        try
        {
            if (file is not null && file.Position + bytes.Length > FileBytesMax)
                file = Rotate(file);
            file ??= Open();
            file?.Write(bytes);
            file?.Flush();
            return file;
        }
        catch (IOException)
        {
            // A full or broken disk must not end a role over its log; standard error has the line.
            return file;
        }
    }

    private FileStream? Rotate(FileStream file)
    {
        file.Dispose();
        File.Move(_path!, _path + ".1", overwrite: true);
        return Open();
    }

    private FileStream? Open()
    {
        if (_path is null)
            return null;
        try
        {
            FileStream file = new(_path, new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            });
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteError(Encoding.UTF8.GetBytes($"{_path}: {e.Message}\n"));
            return null;
        }
    }
}
