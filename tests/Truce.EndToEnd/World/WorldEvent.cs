using System.Globalization;

namespace Truce.EndToEnd.World;

/// <summary>Something that was the case outside of Truce: told by an agent, by a resource itself, or by the lab.</summary>
/// <param name="Nanoseconds">When, on the machine's one clock.</param>
/// <param name="Node">Where.</param>
/// <param name="Resource">What it was about; null for a node's power.</param>
/// <param name="What">start, started, alive, monitor, stop, stopped, end; of a node: the lab's words.</param>
/// <param name="Process">The resource's process as it numbers itself; 0: none.</param>
internal sealed record WorldEvent(long Nanoseconds, string Node, string? Resource, string What, int Process)
{
    /// <summary>A line of an agent's record: <c>NS NODE WHAT PID</c>.</summary>
    public static WorldEvent OfAgent(string resource, string line)
    {
        string[] words = line.Split(' ');
        return words.Length == 4
            ? new WorldEvent(Number(words[0]), words[1], resource, words[2], (int)Number(words[3]))
            : throw new FormatException($"{resource}: {line}");
    }

    /// <summary>A line of the lab's events: <c>NS NODE WHAT…</c>.</summary>
    public static WorldEvent OfLab(string line)
    {
        string[] words = line.Split(' ', 3);
        return new WorldEvent(Number(words[0]), words[1], null, words[2].Split(' ')[0], 0);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Nanoseconds} {Node} {Resource ?? "power"} {What} {Process}";

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
