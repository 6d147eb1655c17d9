namespace Truce.Lab.Hosts;

/// <summary>The lab's cgroups (version 2 only): one for the lab, one below it per node. They freeze a node,
/// and give its executor a place for cgroups of its own.</summary>
internal sealed class Cgroups
{
    private readonly string _lab;

    private Cgroups(string lab) => _lab = lab;

    /// <summary>The lab's cgroups; null where the machine offers none that may be written.</summary>
    public static Cgroups? Find(LabPaths lab)
    {
        string? mount = MountPoint();
        return mount is null ? null : new Cgroups(Path.Combine(mount, lab.Tag));
    }

    /// <summary>Makes a node's cgroup.</summary>
    public string Create(string node)
    {
        string path = NodePath(node);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Freezes or thaws all that is in a node's cgroup, and waits until it is so.</summary>
    public async Task FreezeAsync(string node, bool frozen, CancellationToken cancel)
    {
        string wanted = frozen ? "frozen 1" : "frozen 0";
        await File.WriteAllTextAsync(Path.Combine(NodePath(node), "cgroup.freeze"), frozen ? "1" : "0",
            cancel)
            .ConfigureAwait(false);
        while (!(await File.ReadAllTextAsync(Path.Combine(NodePath(node), "cgroup.events"), cancel)
            .ConfigureAwait(false)).Contains(wanted, StringComparison.Ordinal))
        {
            await Task.Delay(2, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a node's cgroups; processes in them must be gone.</summary>
    public void Remove(string node) => RemoveTree(NodePath(node));

    private static void RemoveTree(string top)
    {
        if (!Directory.Exists(top))
            return;
        foreach (string path in Directory.GetDirectories(top, "*", SearchOption.AllDirectories)
            .OrderByDescending(p => p.Length).Append(top))
        {
            TryRemove(path);
        }
    }

    /// <summary>Removes the lab's cgroups, waiting for what is still ending in them.</summary>
    /// <returns>Whether they are gone.</returns>
    public async Task<bool> RemoveAllAsync(TimeSpan patience, CancellationToken cancel)
    {
        for (DateTime end = DateTime.UtcNow + patience; Directory.Exists(_lab) && DateTime.UtcNow < end;)
        {
            RemoveTree(_lab);
            await Task.Delay(5, cancel).ConfigureAwait(false);
        }

        return !Directory.Exists(_lab);
    }

    private string NodePath(string node) => Path.Combine(_lab, node);

    private static void TryRemove(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            // Still busy: a zombie that hasn't been waited for yet. lab down
            // tries again, and says what is left.
        }
    }

    private static string? MountPoint() =>
        File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
            .FirstOrDefault(field => field.Contains("cgroup2"))?[4];
}
