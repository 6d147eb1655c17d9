using Truce.Daemon.Configuration;
using Truce.Model;

namespace Truce.Daemon.Storage;

/// <summary>
/// In which fenced groups and claims clients of this boot are: what one life of Group Services' server leaves
/// to the next. Another boot owes nothing: none of them acts any more.
/// </summary>
internal static class GroupsOwed
{
    private const int BytesMax = 1024 * 1024;

    /// <summary>What the last life left.</summary>
    public static EquatableArray<string> Read(DaemonConfiguration configuration)
    {
        FileInfo file = new(PathOf(configuration));
        if (!file.Exists || file.Length > BytesMax)
            return [];
        string[] lines = File.ReadAllLines(file.FullName);
        return lines is [var boot, .. var names] && boot == configuration.BootId
            ? names.ToEquatableArray()
            : [];
    }

    /// <summary>Keeps it for the next life.</summary>
    public static void Keep(DaemonConfiguration configuration, EquatableArray<string> owes) =>
        Files.Replace(PathOf(configuration),
            $"{configuration.BootId}\n{string.Concat(owes.Select(n => n + "\n"))}");

    private static string PathOf(DaemonConfiguration configuration) =>
        Path.Combine(configuration.RunDirectory, "groups.owed");
}
