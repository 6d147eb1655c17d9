using System.Diagnostics;

namespace Truce.Lab;

/// <summary>Finds the strongest isolation that this user and this kernel allow.</summary>
public static class IsolationProbe
{
    /// <summary>Tries it out: kernels and distributions forbid namespaces in too many ways
    /// to read it from a setting.</summary>
    public static async Task<Isolation> FindAsync(CancellationToken cancel)
    {
        if (Native.GetUserId() == 0)
            return Isolation.Hosts;
        return await WorksAsync(cancel).ConfigureAwait(false) ? Isolation.UserNamespaces
            : Isolation.Processes;
    }

    /// <summary>What a person reads about an isolation.</summary>
    public static string Describe(Isolation isolation) => isolation switch
    {
        Isolation.Hosts => "hosts with their own network, mounts, processes and devices",
        Isolation.UserNamespaces => "hosts in a user namespace: own network, mounts and processes; no disks",
        Isolation.Processes => "process groups only: no network, mounts or process ids of their own",
    };

    private static async Task<bool> WorksAsync(CancellationToken cancel)
    {
        ProcessStartInfo start = new("unshare",
        [
            "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc",
            "mount -t proc p /proc; mount -t tmpfs t /mnt; ip link add b0 type bridge; ip link set b0 up; ip link add v0 type veth peer name v1",
        ])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using Process probe = Process.Start(start)!;
            await probe.WaitForExitAsync(cancel).ConfigureAwait(false);
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // No unshare(1).
        }
    }
}
