using System.Globalization;

namespace Truce.Agents.Processes;

/// <summary>
/// The part of the cgroup v2 hierarchy in which each operation gets a cgroup of its own: nothing that it
/// starts can leave it, and all of it can be killed by one write.
/// </summary>
internal sealed class CgroupTree
{
    private const string OwnName = "truce-agents";

    private CgroupTree(string root) => Root = root;

    /// <summary>The directory below which operations of this process have theirs.</summary>
    public string Root { get; }

    /// <summary>Finds or makes the tree. Null where there is none that may be written to.</summary>
    /// <param name="configured">A directory in a cgroup2 file system; null: below
    /// this process's own cgroup.</param>
    public static CgroupTree? Open(string? configured)
    {
        string? parent = configured ?? OwnCgroup();
        if (parent is null)
            return null;
        string root = Path.Combine(parent, OwnName, OwnerName());
        return TryMake(root) && Native.Access(Path.Combine(root, "cgroup.procs"), 2) == 0 ? new CgroupTree(root) : null;
    }

    /// <summary>The cgroup of an operation, made if need be; null if the kernel refuses.</summary>
    public string? Make(string operationId, string? resource)
    {
        string path = Path.Combine(Root, DirectoryName(operationId, resource));
        return TryMake(path) ? path : null;
    }

    /// <summary>The processes that operations of a resource started and that live, whichever process of ours
    /// ran them: a daemon stays in the cgroup of the start that left it.</summary>
    /// <param name="resource">Which.</param>
    /// <param name="except">The directory of an operation that is left out.</param>
    public IEnumerable<int> MembersOf(string resource, string except)
    {
        string suffix = Suffix(resource);
        return Children(Path.GetDirectoryName(Root)!, _ => true)
            .SelectMany(owner => Children(owner, d => d.EndsWith(suffix, StringComparison.Ordinal)))
            .Where(own => Path.GetFileName(own) != except)
            .SelectMany(own => Children(own, _ => true).Append(own))
            .SelectMany(Members);
    }

    private static string[] Children(string path, Func<string, bool> which)
    {
        try
        {
            return [.. Directory.GetDirectories(path).Where(which)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Kills everything inside.</summary>
    public static void Kill(string path)
    {
        if (TryWrite(Path.Combine(path, "cgroup.kill"), "1"))
            return;
        // Before Linux 5.14. The caller repeats until it is empty.
        foreach (int id in Members(path))
            _ = Native.Kill(id, Native.SignalKill);
    }

    /// <summary>The processes inside, zombies left out.</summary>
    public static int[] Members(string path)
    {
        try
        {
            return [.. File.ReadAllLines(Path.Combine(path, "cgroup.procs"))
                .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Where(id => id > 0)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Removes it if it is empty (and answers whether it is gone).</summary>
    public static bool TryRemove(string path)
    {
        try
        {
            foreach (string child in Directory.Exists(path) ? Directory.GetDirectories(path) : [])
                TryRemove(child);
            Directory.Delete(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Removes what successful starts of earlier processes left behind, once their daemons have ended. Not of
    /// processes that live: one of their cgroups may be empty since its operation is about to begin.
    /// </summary>
    public void RemoveAbandoned()
    {
        foreach (string owner in Directory.GetDirectories(Path.GetDirectoryName(Root)!))
        {
            if (!IsAlive(Path.GetFileName(owner)))
                TryRemove(owner);
        }
    }

    /// <summary>Removes this process's directory if no daemon lives in it.</summary>
    public void Close()
    {
        try
        {
            Directory.Delete(Root);
            Directory.Delete(Path.GetDirectoryName(Root)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use: the next caller looks again.
        }
    }

    private static string OwnerName()
    {
        ProcessEntry self = ProcessTable.Find(Environment.ProcessId)!.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{self.Id}-{self.StartTicks}");
    }

    private static bool IsAlive(string owner) =>
        owner.Split('-') is [var id, var start]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int processId)
        && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out long startTicks)
        && ProcessTable.Find(processId)?.StartTicks == startTicks;

    /// <summary>Operation ids may hold what a file name can't.</summary>
    internal static string DirectoryName(string operationId, string? resource) =>
        "op-" + Safe(operationId, 150) + (resource is null ? "" : Suffix(resource));

    // Two resources may share one: then each counts the other's processes as its own.
    private static string Suffix(string resource) => "@" + Safe(resource, 80);

    private static string Safe(string name, int lengthMax)
    {
        string safe = string.Concat(
            name.Select(c => char.IsAsciiLetterOrDigit(c) || "-_:".Contains(c) ? c : '_'));
        return safe.Length <= lengthMax ? safe : safe[^lengthMax..];
    }

    private static string? OwnCgroup()
    {
        const string UnifiedPrefix = "0::";
        string? own = File.ReadLines("/proc/self/cgroup")
            .FirstOrDefault(l => l.StartsWith(UnifiedPrefix, StringComparison.Ordinal))?[UnifiedPrefix.Length..];
        foreach (string line in own is null ? [] : File.ReadLines("/proc/self/mountinfo"))
        {
            // id parent device root mountpoint options … - type source superoptions
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (separator > 0 && fields[separator + 1] == "cgroup2" && Below(own!, fields[3]) is string below)
                return Path.Combine(fields[4], below.TrimStart('/'));
        }

        return null;
    }

    /// <summary>The part of <paramref name="path"/> below a mount's root;
    /// null if it isn't below it.</summary>
    private static string? Below(string path, string root) =>
        root == "/" ? path : path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : null;

    private static bool TryMake(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryWrite(string path, string text)
    {
        try
        {
            // No creation: in a cgroup file system it can't work, elsewhere it must not.
            using FileStream file = new(path, FileMode.Open, FileAccess.Write);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
