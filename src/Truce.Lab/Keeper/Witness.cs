using System.Diagnostics;

namespace Truce.Lab.Keeper;

/// <summary>
/// The daemon that votes instead of a third node: corosync-qnetd, on the client's address of link 0, without
/// TLS. Its files are in the lab's folder, so that labs and the machine's own daemon don't conflict.
/// </summary>
internal static class Witness
{
    /// <summary>Debian's corosync-qnetd.</summary>
    public const string Program = "/usr/bin/corosync-qnetd";

    /// <summary>Starts it, in the lab's own network.</summary>
    public static Process Start(LabPaths lab)
    {
        string folder = Path.Combine(lab.Root, "witness");
        Directory.CreateDirectory(folder);
        return Process.Start(Program,
        [
            "-f", "-s", "off", "-l", LabDefinition.Address(0, 0), "-S",
            $"lock_file={folder}/lock,local_socket_file={folder}/sock,nss_db_dir={folder}",
        ]);
    }
}
