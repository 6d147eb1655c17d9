using System.Security.Cryptography;
using System.Text.Json;
using Truce.Lab.Hosts;

namespace Truce.Lab;

/// <summary>The lab's folder: made, and cleared. Nothing is ever removed from a folder
/// without a lab's mark in it.</summary>
internal static class LabFolder
{
    private const UnixFileMode Everybody = UnixFileMode.StickyBit
        | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes everything that lies still; the definition first, since it
    /// marks the folder as a lab's.</summary>
    public static async Task CreateAsync(LabPaths lab, LabDefinition definition, LabSettings settings,
        CancellationToken cancel)
    {
        await WritePrivateAsync(lab.Definition,
            JsonSerializer.Serialize(definition, LabJson.Default.LabDefinition), cancel)
            .ConfigureAwait(false);
        await File.WriteAllTextAsync(lab.Settings,
            JsonSerializer.Serialize(settings, LabJson.Default.LabSettings), cancel).ConfigureAwait(false);
        foreach (string folder in new[] { lab.EngineFolder, lab.Agents, lab.Disks })
            Directory.CreateDirectory(folder);
        File.SetUnixFileMode(Directory.CreateDirectory(lab.World).FullName, Everybody);
        if (definition.Engine == LabEngine.Corosync)
            WriteKey(lab.Key);
        foreach (LabAgents agents in definition.Agents)
            CopyAgents(agents.Path, Path.Combine(lab.Agents, agents.Provider));
        foreach (LabNode node in definition.Nodes)
            CreateNode(lab.Node(node.Name), definition);
        foreach (LabDisk disk in definition.Disks)
            await LoopDisks.CreateAsync(Path.Combine(lab.Disks, disk.Name + ".img"), disk, cancel)
                .ConfigureAwait(false);
    }

    /// <summary>Writes a file that may contain passwords: no other user can read it at any time.</summary>
    public static async Task WritePrivateAsync(string path, string text, CancellationToken cancel)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        StreamWriter writer = new(path, options);
        await using (writer.ConfigureAwait(false))
            await writer.WriteAsync(text.AsMemory(), cancel).ConfigureAwait(false);
    }

    /// <summary>Makes the lab's folder, for its owner alone, or takes one that is ours.</summary>
    /// <exception cref="LabException">It is a link, or belongs to another user.</exception>
    public static void Claim(LabPaths lab)
    {
        RequireNoLinks(lab.Root);
        // Agents that run as other users reach their files by their paths, and list nothing.
        Directory.CreateDirectory(
            lab.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        RequireOwn(lab);
    }

    /// <summary>Refuses a folder that isn't the caller's own: its owner decides what this
    /// command runs and removes.</summary>
    public static void RequireOwn(LabPaths lab)
    {
        RequireNoLinks(lab.Root);
        foreach (string path in new[] { lab.Root, lab.Definition, lab.RootProcess,
            lab.Lock }.Where(Path.Exists))
        {
            if (new FileInfo(path).LinkTarget is not null)
                throw new LabException(
                    LabFailure.Refused, $"{path} is a link", "set TRUCE_LAB_DIR to a folder of your own");
            if (Native.OwnerOf(path) is var owner && owner != Native.GetUserId())
            {
                throw new LabException(LabFailure.Refused, $"{path} belongs to user {owner}",
                    "set TRUCE_LAB_DIR to a folder of your own");
            }
        }
    }

    private static void RequireNoLinks(string path)
    {
        for (string? at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            // Root's links are the system's own (/var/run): no other user can change them.
            if (new DirectoryInfo(at).LinkTarget is not null && Native.OwnerOf(at) != 0)
                throw new LabException(LabFailure.Refused, $"{at} is a link", "use the path of the lab's folder itself");
        }

        if (new DirectoryInfo(path).LinkTarget is not null)
            throw new LabException(LabFailure.Refused, $"{path} is a link", "use the path of the lab's folder itself");
    }

    /// <summary>Refuses a folder that holds what isn't a lab's.</summary>
    public static void RequireEmpty(LabPaths lab)
    {
        if (Directory.EnumerateFileSystemEntries(lab.Root).Any(e => e != lab.Lock))
        {
            throw new LabException(LabFailure.Refused, $"{lab.Root} isn't empty, and doesn't belong to a lab",
                "set TRUCE_LAB_DIR to a folder that doesn't exist yet");
        }
    }

    /// <summary>Removes everything but the lock, the mark last: a removal that was
    /// broken off is found again.</summary>
    public static void Clear(LabPaths lab)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(lab.Root)
            .Where(e => e != lab.Lock && e != lab.Definition).ToArray())
        {
            if (Directory.Exists(entry) && new DirectoryInfo(entry).LinkTarget is null)
                Remove(new DirectoryInfo(entry));
            else
                File.Delete(entry);
        }

        File.Delete(lab.Definition);
    }

    // An overlay leaves folders behind that only root may read.
    private static void Remove(DirectoryInfo folder)
    {
        if (Native.GetUserId() != 0)
            Open(folder);
        folder.Delete(recursive: true);
    }

    private static void Open(DirectoryInfo folder)
    {
        folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (DirectoryInfo below in folder.GetDirectories().Where(d => d.LinkTarget is null))
            Open(below);
    }

    /// <summary>The last line of a log, for a message.</summary>
    public static string LastLine(string path) =>
        (File.Exists(path) ? File.ReadLines(path).LastOrDefault() : null) ?? "it printed nothing";

    private static void WriteKey(string path)
    {
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(CorosyncFiles.KeyBytes));
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
    }

    private static void CreateNode(NodePaths node, LabDefinition definition)
    {
        foreach (string folder in new[] { node.Disk, node.Run, Path.Combine(node.Port, "sbin") })
            Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(definition.Programs, "fence_truce_lab"),
            Path.Combine(node.Port, "sbin", "fence_truce_lab"));
    }

    private static void CopyAgents(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string folder in Directory.GetDirectories(from))
            CopyAgents(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
