using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Truce.Daemon.Hosting;

/// <summary>
/// A role's log: lines to standard error and to log_dir/ROLE.log, which is kept at two files of
/// bounded size. A thread of its own writes, since a disk that hangs must not hang the role; lines
/// beyond its queue are counted and dropped.
/// </summary>
internal sealed class RoleLog : ILogger, IDisposable
{
    private const int FileBytesMax = 8 * 1024 * 1024;
    private const int LinesMax = 10_000;
    private const int LineLengthMax = 4096;

    private readonly LineQueue _lines = new(LinesMax);
    private readonly string _role;
    private readonly string? _path;
    private readonly Thread _thread;
    private readonly Lock _files = new();
    private FileStream? _file;
    private FileStream? _older;

    public RoleLog(string role, string? directory)
    {
        _role = role;
        _path = directory is null ? null : Path.Combine(directory, role + ".log");
        _thread = new Thread(Write, 256 * 1024) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>From now on files can't be made or renamed: the two that there are must do.</summary>
    public void StayInPlace()
    {
        lock (_files)
        {
            _file ??= Open(_path);
            _older ??= Open(_path is null ? null : _path + ".1");
        }
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
        _lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {_role}[{Environment.ProcessId}]: {text}"));
    }

    /// <summary>Writes what is queued, for a limited time.</summary>
    public void Dispose()
    {
        _lines.Complete();
        _thread.Join(TimeSpan.FromSeconds(2));
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
        while (_lines.Take(out int dropped) is { } line)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(dropped > 0 ? $"{line}\n({dropped} lines dropped)\n" : line + "\n");
            WriteError(bytes);
            lock (_files)
                WriteFile(bytes);
        }

        _file?.Dispose();
        _older?.Dispose();
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
            // Standard error has no reader any more, or was closed from the start; the file has the line.
        }
    }

    private void WriteFile(byte[] bytes)
    {
        try
        {
            if (_file is not null && _file.Position + bytes.Length > FileBytesMax)
                Rotate(_file);
            _file ??= Open(_path);
            _file?.Write(bytes);
            _file?.Flush();
        }
        catch (IOException)
        {
            // A full or broken disk must not end a role over its log; standard error has the line.
        }
    }

    private void Rotate(FileStream file)
    {
        if (_older is { } older)
        {
            older.SetLength(0);
            file.Position = 0;
            file.CopyTo(older);
            older.Flush();
            file.SetLength(0);
            return;
        }

        file.Dispose();
        _file = null;
        File.Move(_path!, _path + ".1", overwrite: true);
    }

    private static FileStream? Open(string? path)
    {
        if (path is null)
            return null;
        try
        {
            FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            });
            file.Position = file.Length;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteError(Encoding.UTF8.GetBytes($"{path}: {e.Message}\n"));
            return null;
        }
    }
}
