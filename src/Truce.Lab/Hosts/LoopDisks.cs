using System.Globalization;
using System.Runtime.InteropServices;

namespace Truce.Lab.Hosts;

/// <summary>
/// Shared disks: an image, and per node a loop device of its own on it. A power cut ends a node's writes for
/// good: its file systems are shut down without writing anything, not even their log, and the device is
/// removed once the kernel has released it. Only then may another node be told that this one is off: a late
/// write is exactly the damage that fencing must prevent.
/// </summary>
internal static class LoopDisks
{
    /// <summary>Makes an image with an empty ext4 on it.</summary>
    public static async Task CreateAsync(string image, LabDisk disk, CancellationToken cancel)
    {
        await using (FileStream file = new(image, FileMode.Create))
            file.SetLength(disk.Megabytes * 1024L * 1024L);
        await MachineProgram.RunAsync(["mkfs.ext4", "-q", "-F", "-L", disk.Name, image], null, cancel)
            .ConfigureAwait(false);
    }

    /// <summary>Attaches a free loop device to an image and gives its path.</summary>
    public static async Task<string> AttachAsync(string image, CancellationToken cancel) =>
        (await MachineProgram.RunAsync(["losetup", "--find", "--show", image], null, cancel)
            .ConfigureAwait(false)).Trim();

    /// <summary>Ends all writing of filesystems that a process's mount
    /// namespace has on loop devices.</summary>
    public static void StopWriting(int process)
    {
        foreach (string mountPoint in MountedLoops(process))
        {
            int file = Native.Open($"/proc/{process}/root{mountPoint}",
                Native.OpenReadOnly | Native.OpenDirectory | Native.OpenCloseOnExec, 0);
            if (file < 0)
                continue;
            uint how = Native.ShutdownWithoutFlush;
            _ = Native.Ioctl(file, Native.FilesystemShutdown, ref how);
            _ = Native.Close(file);
        }
    }

    /// <summary>Waits until no filesystem holds the device any more, then takes it away.</summary>
    public static async Task DetachAsync(string device, CancellationToken cancel)
    {
        int file;
        while ((file = Native.Open(device,
            Native.OpenReadWrite | Native.OpenExclusive | Native.OpenCloseOnExec, 0)) < 0
            && Marshal.GetLastPInvokeError() == Native.Busy)
        {
            await Task.Delay(1, cancel).ConfigureAwait(false);
        }

        if (file < 0)
            return;
        _ = Native.Ioctl(file, Native.LoopClear, 0);
        _ = Native.Close(file);
    }

    /// <summary>Every loop device whose image lies below a folder.</summary>
    public static IEnumerable<string> AttachedBelow(string folder) =>
        Directory.GetDirectories("/sys/block", "loop*")
            .Where(d => BackingFile(d).StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(d => "/dev/" + Path.GetFileName(d));

    private static string BackingFile(string block)
    {
        string path = Path.Combine(block, "loop", "backing_file");
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    // mountinfo: id parent major:minor root mountpoint …; loop devices have major 7.
    private static List<string> MountedLoops(int process)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/mountinfo");
        try
        {
            return [.. File.ReadLines(path).Select(line => line.Split(' '))
                .Where(field => field.Length > 4 && field[2].StartsWith("7:", StringComparison.Ordinal))
                .Select(field => field[4].Replace("\\040", " ", StringComparison.Ordinal))];
        }
        catch (IOException)
        {
            return []; // It ended meanwhile.
        }
    }
}
