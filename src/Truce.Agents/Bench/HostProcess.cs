using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Processes;

namespace Truce.Agents.Bench;

/// <summary>A process of the host.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="StartTicks">When it began.</param>
/// <param name="Program">What it executes; empty for one that can't be asked.</param>
internal sealed record HostProcess(int Id, long StartTicks, string Program)
{
    private const int FirstProcess = 1;

    /// <summary>Reads the listing: the lister's own id, then for each process two lines. The lister, what it
    /// started, the host's first process and zombies are left out.</summary>
    public static ImmutableArray<HostProcess> Read(string listed)
    {
        string[] lines = listed.Split('\n');
        int lister = int.Parse(lines[0], CultureInfo.InvariantCulture);
        ImmutableArray<HostProcess>.Builder found = ImmutableArray.CreateBuilder<HostProcess>();
        for (int i = 1; i + 1 < lines.Length; i += 2)
        {
            // One that ended in between has left its first line alone.
            while (i + 1 < lines.Length && !IsStatus(lines[i + 1]))
                i++;
            if (i + 1 >= lines.Length)
                break;
            ProcessEntry entry = ProcessTable.Parse(lines[i + 1]);
            bool isBench = entry.Id == FirstProcess || entry.Id == lister || entry.Parent == lister;
            if (!isBench && entry.State is not ('Z' or 'X'))
                found.Add(new HostProcess(entry.Id, entry.StartTicks, lines[i]));
        }

        return found.ToImmutable();
    }

    private static bool IsStatus(string line) => line.Length > 0 && char.IsAsciiDigit(line[0]);
}

/// <summary>A file that was made or changed in the host.</summary>
/// <param name="Path">Its path there.</param>
/// <param name="Kind">f, d, l, p, s, …; c: one that was removed.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Changed">Its time of change, as find(1) prints it.</param>
/// <param name="Mode">Its permissions.</param>
internal sealed record HostFile(string Path, char Kind, long Size, string Changed, string Mode)
{
    /// <summary>Reads the listing of the host's disk, with paths as the host has them.</summary>
    public static ImmutableSortedDictionary<string, HostFile> Read(string listed)
    {
        ImmutableSortedDictionary<string, HostFile>.Builder files =
            ImmutableSortedDictionary.CreateBuilder<string, HostFile>(StringComparer.Ordinal);
        foreach (string line in listed.Split('\n'))
        {
            string[] fields = line.Split('\t');
            if (fields.Length != 6 || PathOf(fields[0], fields[1]) is not { } path)
                continue;
            if (!path.StartsWith("/run/truce-bench", StringComparison.Ordinal))
                files[path] =
                    new HostFile(path, fields[2][0], long.Parse(fields[3], CultureInfo.InvariantCulture),
                    fields[4], fields[5]);
        }

        return files.ToImmutable();
    }

    private static string? PathOf(string inner, string root)
    {
        string folder = System.IO.Path.GetFileName(root);
        if (folder != "over")
            return inner.Length == 0 ? null : $"/{folder}/{inner}";
        return inner.Contains('/') ? $"/{inner}" : null;
    }
}

/// <summary>What was put beside the resource.</summary>
/// <param name="Mounts">File systems that aren't the resource's.</param>
/// <param name="Processes">Processes that aren't.</param>
internal sealed record Neighbours(ImmutableArray<string> Mounts, ImmutableHashSet<int> Processes)
{
    /// <summary>None.</summary>
    public static Neighbours None { get; } = new([Hosts.HostScript.Neighbour], []);

    /// <summary>Reads what was made.</summary>
    public static Neighbours Read(string made)
    {
        string[][] lines = [.. made.Split('\n').Select(l => l.Split(' ', 2)).Where(l => l.Length == 2)];
        return new Neighbours(
            [Hosts.HostScript.Neighbour, .. lines.Where(l => l[0] == "mount").Select(l => l[1])],
            [.. lines.Where(l => l[0] == "process").Select(l =>
                int.Parse(l[1], CultureInfo.InvariantCulture))]);
    }
}
