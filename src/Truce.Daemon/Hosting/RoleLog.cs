using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Truce.Daemon.Hosting;

/// <summary>
/// A role's log: lines to log_dir/ROLE.log, which is kept at two files of bounded size, and to the journal
/// with fields (docs/operations/logs.md); to standard error where that isn't the journal's. A thread of its
/// own writes, since a disk that hangs must not hang the role; lines beyond its queue are counted and
/// dropped.
/// </summary>
internal sealed class RoleLog : ILogger, IDisposable
{
    private const int FileBytesMax = 8 * 1024 * 1024;
    private const int LinesMax = 10_000;
    private const int LineLengthMax = 4096;

    private readonly LineQueue<Entry> _lines = new(LinesMax);
    private readonly LoggerExternalScopeProvider _scopes = new();
    private readonly LogFields _fields;
    private readonly JournalSocket? _journal;
    private readonly string _role;
    private readonly string? _path;
    private readonly Thread _thread;
    private readonly Lock _files = new();
    private FileStream? _file;
    private FileStream? _older;

    /// <summary>Begins it.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="directory">Where its files are; null: it has none.</param>
    /// <param name="journal">The journal, if standard error is its; disposed with the log.</param>
    /// <param name="facts">Fields that each entry in the journal has.</param>
    public RoleLog(
        string role, string? directory, JournalSocket? journal = null,
        params IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        (_role, _journal, _fields) = (role, journal, new LogFields(role, facts));
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

    /// <summary>Until it is disposed, entries of this thread say that, too.</summary>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => _scopes.Push(state);

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
            $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {_role}[{Environment.ProcessId}]: "
            + $"{text}");
        _lines.Add(new Entry(line, text, _journal is null ? [] : _fields.Of(logLevel, _scopes)));
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
        while (_lines.Take(out int dropped) is { } entry)
        {
            string note = dropped > 0 ? $"\n({dropped} lines dropped)" : "";
            byte[] bytes = Encoding.UTF8.GetBytes($"{entry.Line}{note}\n");
            if (_journal?.TrySend($"{_role}: {entry.Text}{note}", entry.Fields) != true)
                WriteError(bytes);
            lock (_files)
                WriteFile(bytes);
        }

        _file?.Dispose();
        _older?.Dispose();
        _journal?.Dispose();
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

    private sealed record Entry(string Line, string Text, IReadOnlyList<KeyValuePair<string, string>> Fields);
}
