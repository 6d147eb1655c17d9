using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Agents.Processes;

/// <summary>A process as /proc shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">R, S, D, Z, …</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartTicks">Clock ticks since boot: with the id, what identifies it.</param>
internal readonly record struct ProcessEntry(int Id, char State, int Parent, int Session, long StartTicks);

/// <summary>Reads /proc.</summary>
internal static class ProcessTable
{
    private static readonly Lazy<string> s_bootId =
        new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>The id of this boot of the kernel.</summary>
    public static string BootId => s_bootId.Value;

    /// <summary>One process, or null if it is gone.</summary>
    public static ProcessEntry? Find(int processId)
    {
        string? stat = TryRead($"/proc/{processId}/stat");
        return stat is null ? null : Parse(stat);
    }

    /// <summary>All processes that this one may see; zombies too.</summary>
    public static ImmutableArray<ProcessEntry> All()
    {
        ImmutableArray<ProcessEntry>.Builder all = ImmutableArray.CreateBuilder<ProcessEntry>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, null, out int id)
                && Find(id) is ProcessEntry entry)
                all.Add(entry);
        }

        return all.ToImmutable();
    }

    /// <summary>The operation whose cookie the process was started with; null if
    /// none, or not ours to read.</summary>
    public static string? Cookie(int processId) =>
        Variable(Environment(processId), ProcessSpec.CookieVariable);

    /// <summary>The resource whose operation started it; null if none, or not ours to read.</summary>
    public static string? Resource(int processId) => Environment(processId) is var environment
        && Variable(environment, ProcessSpec.CookieVariable) is not null
            ? Variable(environment, "OCF_RESOURCE_INSTANCE")
            : null;

    private static string[]? Environment(int processId) =>
        TryRead($"/proc/{processId}/environ")?.Split('\0');

    private static string? Variable(string[]? environment, string name) => environment?.FirstOrDefault(
        v => v.Length > name.Length && v[name.Length] == '='
            && v.StartsWith(name, StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>Whether it is truce-gate, and not the shell that stands in for it
    /// or what that has become.</summary>
    public static bool IsGate(int processId) => TryRead($"/proc/{processId}/comm")?.TrimEnd() == "truce-gate";

    /// <summary>Reads one line of /proc/PID/stat.</summary>
    public static ProcessEntry Parse(string stat)
    {
        // The name in brackets may hold anything, brackets and spaces too.
        int end = stat.LastIndexOf(')');
        string[] fields = stat[(end + 2)..].Split(' ');
        int id = int.Parse(stat.AsSpan(0, stat.IndexOf(' ')), CultureInfo.InvariantCulture);
        return new ProcessEntry(id, fields[0][0], Number(fields[1]), Number(fields[3]),
            long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);

    private static string? TryRead(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            return text.Length == 0 ? null : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
