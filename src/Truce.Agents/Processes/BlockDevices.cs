using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Agents.Processes;

/// <summary>The block devices that a resource writes to, according to its parameters,
/// and what they have done.</summary>
internal static class BlockDevices
{
    private const int MountDevice = 2;
    private const int MountPoint = 4;
    private const int WritesCompleted = 4;

    /// <summary>Their numbers (<c>7:0</c>): of parameters that name a device, or a path below a
    /// mount. Not the root's: everything writes there. No file system but /proc, /sys and /dev
    /// is touched: it may hang.</summary>
    public static ImmutableArray<string> Of(IEnumerable<string> values)
    {
        (string Point, string Device)[] mounts = [.. File.ReadAllLines("/proc/self/mountinfo")
            .Select(line => line.Split(' ')).Where(f => f.Length > MountPoint)
            .Select(f => (f[MountPoint].Replace("\\040", " ", StringComparison.Ordinal), f[MountDevice]))];
        return [.. values.Where(v => v.StartsWith('/'))
            .Select(v => OfDevice(v) ?? OfPath(v.TrimEnd('/'), mounts)).OfType<string>()
            .Where(d => File.Exists(StatOf(d))).Distinct()];
    }

    /// <summary>Writes that they have completed.</summary>
    public static long Writes(ImmutableArray<string> devices) => devices.Sum(Writes);

    private static long Writes(string device)
    {
        try
        {
            string stat = File.ReadAllText(StatOf(device));
            string[] fields = stat.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return long.Parse(fields[WritesCompleted], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string StatOf(string device) => $"/sys/dev/block/{device}/stat";

    private static string? OfDevice(string path)
    {
        if (!path.StartsWith("/dev/", StringComparison.Ordinal))
            return null;
        try
        {
            FileSystemInfo? target = File.ResolveLinkTarget(path, returnFinalTarget: true);
            string name = target?.Name ?? Path.GetFileName(path);
            string number = $"/sys/class/block/{name}/dev";
            return File.Exists(number) ? File.ReadAllText(number).Trim() : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // The last of those that are mounted over each other is the one that is seen.
    private static string? OfPath(string path, (string Point, string Device)[] mounts) => mounts
        .Where(m => m.Point != "/" && $"{path}/".StartsWith($"{m.Point}/", StringComparison.Ordinal))
        .Select((m, i) => (m.Point.Length, Index: i, m.Device))
        .OrderByDescending(m => m.Length).ThenByDescending(m => m.Index)
        .Select(m => m.Device).FirstOrDefault();
}
