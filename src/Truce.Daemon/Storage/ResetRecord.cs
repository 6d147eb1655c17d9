using System.Globalization;
using Truce.Daemon.Configuration;
using Truce.Ports;

namespace Truce.Daemon.Storage;

/// <summary>
/// The resets of this node, in a separate file next to the store, one per line: <c>TIME BOOT
/// REASON</c>. A file that can't be written loses a line; but then the store next to it can't be
/// written either, and keeps the node out.
/// </summary>
internal sealed class ResetRecord(DaemonConfiguration configuration) : IResetRecord
{
    /// <summary>As <c>truce node repair</c> removes it.</summary>
    public const string Name = "resets";

    private const int Kept = 20;
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(500);

    private string Path => System.IO.Path.Combine(configuration.StateDirectory, Name);

    public void Add(string reason)
    {
        string line = $"{DateTimeOffset.UtcNow:O} {configuration.BootId} {reason.ReplaceLineEndings(" ")}";
        Thread writer = new(() => Append(line)) { IsBackground = true, Name = "reset-record" };
        writer.Start();
        writer.Join(s_limit);
    }

    /// <summary>All that are known, oldest first. Lines that can't be read count for nothing.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Reason)> Read()
    {
        List<(DateTimeOffset, string)> resets = [];
        foreach (string line in Lines())
        {
            if (line.Split(' ', 3) is [var at, _, var reason] && DateTimeOffset.TryParse(
                at, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time))
                resets.Add((time, reason));
        }

        return resets;
    }

    private void Append(string line)
    {
        try
        {
            Files.Replace(Path, string.Join('\n', [.. Lines().TakeLast(Kept - 1), line, ""]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }

    private string[] Lines()
    {
        try
        {
            return File.Exists(Path) ? [.. File.ReadAllLines(Path).Where(l => l.Length > 0)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
