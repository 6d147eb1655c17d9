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

    /// <summary>Why this boot, or the one before, reset the node.</summary>
    public const string LastName = "last-reset";

    private const int Kept = 20;
    private const int ReasonMax = 500;
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(500);

    private string Path => System.IO.Path.Combine(configuration.StateDirectory, Name);

    private string LastPath => System.IO.Path.Combine(configuration.StateDirectory, LastName);

    private string LastOfBoot => System.IO.Path.Combine(configuration.RunDirectory, LastName);

    public void Add(string reason)
    {
        string line = $"{DateTimeOffset.UtcNow:O} {configuration.BootId} {Line(reason)}";
        Write(() =>
        {
            Files.Replace(Path, string.Join('\n', [.. Lines().TakeLast(Kept - 1), line, ""]));
            KeepLast(reason);
        });
    }

    public void Note(string reason) => Write(() => KeepLast(reason));

    /// <summary>Keeps for this boot, and for no later one, why the last one ended by a reset.</summary>
    public void HandOver()
    {
        try
        {
            if (!File.Exists(LastPath)
                || File.ReadAllText(LastPath).Split('\n') is not [var boot, var reason, ..]
                || boot == configuration.BootId)
                return;
            Files.Replace(LastOfBoot, reason);
            File.Delete(LastPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It can't be told.
        }
    }

    /// <summary>Why the boot before this one reset the node; empty: it didn't, or the cluster
    /// knows.</summary>
    public string Untold()
    {
        try
        {
            return File.Exists(LastOfBoot) ? File.ReadAllText(LastOfBoot) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>The cluster knows.</summary>
    public void Told() => File.Delete(LastOfBoot);

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

    private void KeepLast(string reason) =>
        Files.Replace(LastPath, $"{configuration.BootId}\n{Line(reason)}\n");

    private static string Line(string reason) =>
        reason.ReplaceLineEndings(" ") is var line && line.Length > ReasonMax ? line[..ReasonMax] : line;

    private static void Write(Action write)
    {
        Thread writer = new(() => Try(write)) { IsBackground = true, Name = "reset-record" };
        writer.Start();
        writer.Join(s_limit);
    }

    private static void Try(Action write)
    {
        try
        {
            write();
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
