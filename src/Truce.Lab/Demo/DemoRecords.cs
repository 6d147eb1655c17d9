using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Lab.Demo;

/// <summary>Reads what the world recorded in a lab's folder.</summary>
internal static class DemoRecords
{
    /// <summary>The lab's events and the agents' records, in the order of time.</summary>
    public static ImmutableArray<WorldLine> Read(LabPaths lab) =>
        [.. Directory.EnumerateFiles(lab.World)
            .SelectMany(f => Lines(f).Select(l => Parse(l, Path.GetFileName(f))))
            .Concat(Lines(lab.Events).Select(l => Parse(l, null)))
            .OfType<WorldLine>().OrderBy(l => l.At)];

    /// <summary>The nodes in the order of their stamps.</summary>
    public static ImmutableArray<string> Writers(string stamps) =>
        [.. stamps.Split('\n').Select(l => l.Split(' ')).Where(w => w.Length == 2).Select(w => w[1])];

    /// <summary>The first event of a kind about a node at or after a moment.</summary>
    public static long? First(LabPaths lab, string node, string what, long from) =>
        Read(lab).FirstOrDefault(l => l.Resource is null && l.Node == node && l.What == what
            && l.At >= from)?.At;

    private static WorldLine? Parse(string line, string? resource) =>
        line.Split(' ', 4) is [var at, var node, var what, .. var rest]
            && long.TryParse(at, CultureInfo.InvariantCulture, out long ns)
            ? new WorldLine(ns, node, resource, what, rest.FirstOrDefault() ?? "")
            : null;

    private static string[] Lines(string path)
    {
        using StreamReader reader = new(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
