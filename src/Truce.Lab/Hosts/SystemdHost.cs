namespace Truce.Lab.Hosts;

/// <summary>
/// How a host runs systemd as its first process. Of the machine's units it knows the services, sockets and
/// targets that packages brought, but nothing that would run at boot: else systemd would, as at any boot,
/// clear /tmp and set the machine's kernel parameters. What runs is Corosync and truced, by their units.
/// </summary>
internal sealed class SystemdHost(LabNode node, string daemon, string dotnetRoot, bool asksWitness)
{
    /// <summary>The cgroup for commands from outside, next to systemd's own.</summary>
    public const string EntryCgroup = "/sys/fs/cgroup/lab";

    private const string Units = "/usr/lib/systemd/system";

    // Masked: what a boot does. Nothing of it lies below a unit folder any more once this is mounted over.
    private static readonly string[] s_emptied =
        ["/etc/systemd", "/usr/lib/tmpfiles.d", "/usr/lib/sysctl.d", "/usr/lib/modules-load.d",
            "/etc/tmpfiles.d",
            "/etc/sysctl.d", "/usr/lib/systemd/system-generators",
            "/usr/lib/systemd/system-environment-generators",
            "/usr/lib/systemd/system-shutdown", "/usr/lib/systemd/system-sleep"];

    /// <summary>Lines of the host's script: masks and units, before the file system
    /// below / becomes read-only. </summary>
    public IEnumerable<string> Prepare()
    {
        yield return $"units=/run/lab/units; mkdir -p $units; mount -t tmpfs -o mode=0755 truce-lab $units";
        yield return $"for f in {Units}/*.service {Units}/*.socket {Units}/*.target {Units}/*.slice; do";
        yield return "  case ${f##*/} in systemd-*.service | systemd-*.socket | '*'*) continue ;; esac";
        yield return "  [ -L \"$f\" ] || cp \"$f\" $units/";
        yield return "done";
        yield return "cp /run/lab/bin/truced.service $units/";
        yield return "mkdir $units/corosync.service.d";
        yield return "cp /run/lab/bin/corosync-truce.conf $units/corosync.service.d/truce.conf";
        yield return $"mount -n --move $units {Units}";
        foreach (string folder in s_emptied)
            yield return $"[ ! -d {folder} ] || mount -t tmpfs -o mode=0755 truce-lab {folder}";
        yield return "mkdir -p /run/systemd/system/truced.service.d";
        yield return "cat >/run/systemd/system/truce-lab.target <<'END'";
        yield return "[Unit]\nDescription=A host of a lab\nDefaultDependencies=no\nAllowIsolate=yes\n"
            + $"Wants=corosync.service truced.service{(asksWitness ? " corosync-qdevice.service" : "")}";
        yield return "END";
        yield return "cat >/run/systemd/system/truced.service.d/lab.conf <<'END'";
        yield return "[Service]\nExecStart=\n" + $"ExecStart={daemon} --config /etc/truce/truce.conf";
        yield return $"Environment=HOME=/root LANG=C.UTF-8 TRUCE_LAB_NODE={node.Name}{dotnetRoot}";
        yield return "Environment=PATH=/run/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        yield return "StandardOutput=append:/var/log/truced.out\nStandardError=append:/var/log/truced.out";
        yield return "END";
        yield return "mkdir -p /run/systemd/system/corosync-qdevice.service.d";
        yield return "printf '[Service]\\nPrivateTmp=no\\n' >/run/systemd/system/corosync-qdevice.service.d/lab.conf";
        yield return "mkdir -p /var/log/corosync";
    }

    /// <summary>The first process.</summary>
    public string Start() =>
        "exec env -i container=truce-lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        + $" /run/lab/bin/truce-lab-init --exec --hostname {node.Name} --drop-capabilities --output /var/log/systemd.out"
        + " -- /lib/systemd/systemd --system --unit=truce-lab.target --log-target=console --log-level=notice"
        + " --show-status=no";
}
