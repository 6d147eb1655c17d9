using System.Globalization;
using System.Text;

namespace Truce.Lab.Keeper;

/// <summary>
/// The lab's record of what happened in the world: <c>NS NODE WHAT…</c> lines, written by the keeper alone,
/// never by Truce. Shots are counted from here (docs/reference/lab.md lists the words).
/// </summary>
internal sealed class EventLog(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    private readonly Lock _lock = new();

    /// <summary>Nanoseconds since 1970 by the wall clock, in steps of 100.</summary>
    public static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Appends a line.</summary>
    public void Write(string node, string what)
    {
        lock (_lock)
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"{Now()} {node} {OneLine(what)}\n");
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string OneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');
}
