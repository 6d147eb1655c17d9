using Truce.Daemon.Configuration;

namespace Truce.Daemon.Storage;

/// <summary>
/// What one life of the controller leaves to the next, as files: that it has joined in this boot (its node
/// may run resources then), why it stays out (for this boot; the next one tries once more), and that its
/// store was set aside by <c>truce node repair</c>.
/// </summary>
internal static class OutMarks
{
    /// <summary>As <c>truce node repair</c> writes it, next to the store.</summary>
    public const string RepairedName = "controller.repaired";

    /// <summary>As <c>truce node repair</c> removes it.</summary>
    public const string OutName = "controller.out";

    /// <summary>In the file: the store may stay where it is.</summary>
    public const string SoundWord = "store-is-sound";

    /// <summary>A controller has joined in this boot.</summary>
    public static bool HasJoined(DaemonConfiguration configuration) => ReadJoined(configuration) is not null;

    /// <summary>The cluster in which this node has taken part in this boot; empty: none yet.</summary>
    public static string JoinedCluster(DaemonConfiguration configuration) => ReadJoined(configuration) ?? "";

    /// <summary>Nothing runs here any more: the next controller needn't join, to stop
    /// it, if its store fails. </summary>
    public static void LeftInOrder(DaemonConfiguration configuration) =>
        File.Delete(JoinedPath(configuration));

    /// <param name="configuration">The node's.</param>
    /// <param name="cluster">The cluster's id; empty: not known yet.</param>
    public static void Joined(DaemonConfiguration configuration, string cluster) =>
        Files.Replace(JoinedPath(configuration), $"{configuration.BootId}\n{cluster}\n");

    /// <summary>Why this node stays out; null: it doesn't.</summary>
    public static string? Out(DaemonConfiguration configuration) =>
        TryRead(Path.Combine(configuration.RunDirectory, OutName)) is { } text
            && text.Split('\n') is [var boot, var reason, ..] && boot == configuration.BootId ? reason.TrimEnd() : null;

    /// <param name="configuration">The node's.</param>
    /// <param name="reason">Why, and what to do.</param>
    /// <param name="store">What becomes of the store when the node is let in again.</param>
    public static void StayOut(DaemonConfiguration configuration, string reason, OutStore store) => Files.Replace(
        Path.Combine(configuration.RunDirectory, OutName),
        $"{configuration.BootId}\n{reason.ReplaceLineEndings(" ")}\n{(store == OutStore.Sound ? SoundWord : "")}\n");

    /// <summary>The store was set aside, and no other state has replaced it yet.</summary>
    public static bool AwaitsSnapshot(DaemonConfiguration configuration) =>
        File.Exists(Path.Combine(configuration.StateDirectory, RepairedName));

    public static void SnapshotCame(DaemonConfiguration configuration) =>
        File.Delete(Path.Combine(configuration.StateDirectory, RepairedName));

    private static string JoinedPath(DaemonConfiguration configuration) =>
        Path.Combine(configuration.RunDirectory, "controller.joined");

    private static string? ReadJoined(DaemonConfiguration configuration) =>
        TryRead(JoinedPath(configuration))?.Split('\n') is [var boot, .. var rest]
            && boot == configuration.BootId
            ? rest.FirstOrDefault("") : null;

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>What a node that stays out thinks of its store.</summary>
internal enum OutStore
{
    /// <summary>It isn't of use any more.</summary>
    Useless,

    /// <summary>It has nothing to do with it.</summary>
    Sound,
}

/// <summary>Small files that are whole or not there.</summary>
internal static class Files
{
    /// <summary>Puts a text in a file's place: after a power cut the old one
    /// or the new one is there.</summary>
    public static void Replace(string path, string text)
    {
        string fresh = path + ".new";
        using (FileStream file = new(fresh, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
