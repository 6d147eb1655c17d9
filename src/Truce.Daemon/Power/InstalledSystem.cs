using Truce.Daemon.Configuration;

namespace Truce.Daemon.Power;

/// <summary>
/// Whether this is an installed system, whose real power and watchdog may be reached: the package's marker
/// file, owned by root and writable by no other user, and the machine's own PID and user namespaces (those of
/// a lab or a container differ). A test machine must not be reset because a configuration file said so.
/// </summary>
internal static class InstalledSystem
{
    private const string Marker = "/usr/lib/truce/installed";
    // The inode numbers that the kernel gives the first namespaces (PROC_PID_INIT_INO, PROC_USER_INIT_INO).
    private const string FirstPidNamespace = "pid:[4026531836]";
    private const string FirstUserNamespace = "user:[4026531837]";

    /// <summary>Why the real power can't be reached; null: it can.</summary>
    public static string? Objection(DaemonConfiguration configuration, string kernelBootId)
    {
        if (configuration.TestPause is not null)
            return "test_pause is set";
        if (configuration.BootId != kernelBootId)
            return "boot_id is set, so this is a node of a lab";
        if (!IsMarked())
            return $"{Marker}, which the package installs, doesn't exist, or is writable by other users";
        if (Namespace("pid") != FirstPidNamespace || Namespace("user") != FirstUserNamespace)
            return "this process is in a container or a lab's node";
        return null;
    }

    private static bool IsMarked()
    {
        FileInfo marker = new(Marker);
        const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        return marker is { Exists: true, LinkTarget: null }
            && (marker.UnixFileMode & others) == 0
            && Hosting.NativeProcess.OwnerOf(Marker) == 0;
    }

    private static string? Namespace(string kind) => new FileInfo($"/proc/self/ns/{kind}").LinkTarget;
}
