using System.Globalization;

namespace Truce.EndToEnd.World;

/// <summary>One line of examples/groups/leader.py: it worked at that moment.</summary>
internal sealed record LeaderLine(long AtMs, string Worker, long Epoch);

/// <summary>What the leaders themselves wrote of their work, and whether there were ever two.</summary>
internal static class LeaderRecord
{
    /// <summary>Whole lines; the last may be half written as we read.</summary>
    public static IReadOnlyList<LeaderLine> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        string text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(Parse)];
    }

    /// <summary>Work of one epoch after work of a later one, an epoch of two workers: everything that a
    /// single
    /// leader at a time can't have written.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyList<LeaderLine> lines)
    {
        List<string> findings = [];
        Dictionary<long, string> workers = [];
        LeaderLine? latest = null;
        foreach (LeaderLine line in lines.OrderBy(l => l.AtMs))
        {
            if (latest is not null && line.Epoch < latest.Epoch)
                findings.Add($"{line} worked after {latest}");
            if (!workers.TryAdd(line.Epoch, line.Worker) && workers[line.Epoch] != line.Worker)
                findings.Add($"{line} has the epoch of {workers[line.Epoch]}");
            if (latest is null || line.Epoch > latest.Epoch)
                latest = line;
        }

        return findings;
    }

    private static LeaderLine Parse(string line)
    {
        string[] words = line.Split(' ');
        return new LeaderLine(
            long.Parse(words[0], CultureInfo.InvariantCulture), words[1],
            long.Parse(words[2], CultureInfo.InvariantCulture));
    }
}
