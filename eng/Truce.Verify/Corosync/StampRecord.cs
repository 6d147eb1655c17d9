using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify.Corosync;

/// <summary>A line that the peer-lab's agent wrote: when which operation of which resource began or ended
/// where.
/// </summary>
internal sealed record StampEvent(
    long Nanoseconds, string Node, string Resource, string Operation, string What);

/// <summary>The agent of the peer-lab, as it is there but for the folder it writes to, and what it
/// wrote.</summary>
internal sealed partial class StampRecord(string labFolder)
{
    /// <summary>Where peer-lab's scripts are; null: nowhere here.</summary>
    public static string? PeerLab { get; } = FindPeerLab();

    private string Path => System.IO.Path.Combine(labFolder, "world", "stamp");

    /// <summary>Writes the agent to FOLDER/lab/Stamp, to be offered as ocf:lab:Stamp.</summary>
    public static string WriteAgent(string folder)
    {
        string source = File.ReadAllText(System.IO.Path.Combine(PeerLab!, "pcmk-lab"));
        string text = Agent().Match(source).Groups[1].Value
            .Replace("/run/lab/events", "/run/lab/world/stamp", StringComparison.Ordinal)
            .Replace("/run/lab/flags", "/run/lab/world", StringComparison.Ordinal);
        string provider = Directory.CreateDirectory(System.IO.Path.Combine(folder, "lab")).FullName;
        string file = System.IO.Path.Combine(provider, "Stamp");
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        return provider;
    }

    /// <summary>Lets an operation of a resource fail on a node, or no longer.</summary>
    public void Fail(string operation, string resource, string node, bool fails)
    {
        string flag = System.IO.Path.Combine(labFolder, "world", $"fail_{operation}.{resource}.{node}");
        if (fails)
            File.WriteAllText(flag, "");
        else
            File.Delete(flag);
    }

    /// <summary>What was recorded since then, in the order of time.</summary>
    public IReadOnlyList<StampEvent> Since(long nanoseconds) => !File.Exists(Path)
        ? []
        : [.. File.ReadLines(Path).Select(Parse).OfType<StampEvent>().Where(e => e.Nanoseconds >= nanoseconds)
            .OrderBy(e => e.Nanoseconds)];

    private static StampEvent? Parse(string line)
    {
        string[] words = line.Split(' ', 6);
        return words is [var time, var node, "rsc", var resource, var operation, var what]
            && long.TryParse(time, CultureInfo.InvariantCulture, out long ns)
            ? new StampEvent(ns, node, resource, operation, what)
            : null;
    }

    private static string? FindPeerLab()
    {
        string folder = Environment.GetEnvironmentVariable("TRUCE_PEER_LAB") ?? Repository.At(
            "..", "shared", "peer-lab");
        return File.Exists(System.IO.Path.Combine(folder, "pcmk-lab")) ? folder : null;
    }

    [GeneratedRegex(@"STAMP = r'''(.*?)'''", RegexOptions.Singleline)]
    private static partial Regex Agent();
}
