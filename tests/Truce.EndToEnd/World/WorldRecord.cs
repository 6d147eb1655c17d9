namespace Truce.EndToEnd.World;

/// <summary>Reads what the world recorded: a file per resource, written by the agents, and the lab's events.</summary>
internal static class WorldRecord
{
    /// <summary>Everything so far, in the order of time.</summary>
    /// <param name="world">The folder that the agents write to.</param>
    /// <param name="events">The lab's events.</param>
    public static IReadOnlyList<WorldEvent> Read(string world, string events) =>
        [.. Directory.EnumerateFiles(world).Order(StringComparer.Ordinal).SelectMany(OfResource)
            .Concat(Lines(events).Select(WorldEvent.OfLab))
            .OrderBy(e => e.Nanoseconds)];

    private static IEnumerable<WorldEvent> OfResource(string path) =>
        Lines(path).Select(line => WorldEvent.OfAgent(Path.GetFileName(path), line));

    // The last line may be half written as we read.
    private static string[] Lines(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        string text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
