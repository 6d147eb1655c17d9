using System.Globalization;

namespace Truce.Lab.Hosts;

/// <summary>Looks processes up in /proc.</summary>
internal static class ProcessTable
{
    /// <summary>One process: its id, its parent, its state letter.</summary>
    public readonly record struct Entry(int Id, int Parent, char State);

    /// <summary>Everything that runs, as far as /proc shows it.</summary>
    public static List<Entry> All() =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => Read(int.Parse(name!, CultureInfo.InvariantCulture)))
            .OfType<Entry>()];

    /// <summary>The children of a process.</summary>
    public static IEnumerable<int> ChildrenOf(int process) =>
        All().Where(e => e.Parent == process).Select(e => e.Id);

    /// <summary>All that descends from a process, without itself.</summary>
    public static List<Entry> DescendantsOf(int process)
    {
        ILookup<int, Entry> byParent = All().ToLookup(e => e.Parent);
        List<Entry> found = [.. byParent[process]];
        for (int i = 0; i < found.Count; i++)
            found.AddRange(byParent[found[i].Id]);
        return found;
    }

    /// <summary>All in whose environment, when they were started, some variable
    /// had a value that is wanted.</summary>
    public static IEnumerable<Entry> WithVariable(string name, Func<string, bool> isWanted) =>
        All().Where(e => Text($"/proc/{e.Id}/environ").Split('\0')
            .Any(v => v.StartsWith(name + "=", StringComparison.Ordinal)
                && isWanted(v[(name.Length + 1)..])));

    /// <summary>Signals every process of a process's PID namespace until no new one shows up.</summary>
    public static void SignalNamespace(int first, int signal)
    {
        string? space = PidNamespace(first);
        HashSet<int> done = [];
        bool more = space is not null;
        while (more)
        {
            List<int> found = [.. All().Where(e => PidNamespace(e.Id) == space && done.Add(e.Id))
                .Select(e => e.Id)];
            foreach (int process in found)
                _ = Native.Kill(process, signal);
            more = found.Count > 0;
        }
    }

    /// <summary>The PID namespace of a process; null if there is no such process.</summary>
    public static string? PidNamespace(int process) => LinkTarget($"/proc/{process}/ns/pid");

    /// <summary>Its arguments; empty if there is no such process.</summary>
    public static string[] CommandLine(int process) => Text($"/proc/{process}/cmdline").Split('\0');

    /// <summary>Its ids from the reader's namespace inwards.</summary>
    public static int[] NamespaceIds(int process) =>
        [.. Text($"/proc/{process}/status").Split('\n')
            .Where(line => line.StartsWith("NSpid:", StringComparison.Ordinal))
            .SelectMany(line => line[6..].Split('\t', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private static Entry? Read(int process)
    {
        string text = Text($"/proc/{process}/stat");
        int close = text.LastIndexOf(')'); // The name before it may hold anything.
        if (close < 0)
            return null;
        string[] fields = text[(close + 2)..].Split(' ');
        return new Entry(process, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0]);
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
