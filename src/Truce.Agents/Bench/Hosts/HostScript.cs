namespace Truce.Agents.Bench.Hosts;

/// <summary>
/// The shell script that makes a host of fresh namespaces. Everything that an agent may change lies on one
/// memory disk that goes with the host: the machine's folders are covered by overlays, <c>/run</c>,
/// <c>/tmp</c>
/// and <c>/mnt</c> start empty, and kernel settings, block devices and clocks are out of reach.
/// </summary>
internal static class HostScript
{
    /// <summary>Where the folder shared with the bench lies in the host.</summary>
    public const string Share = "/run/truce-bench";

    /// <summary>Where the memory disk lies in the host, to be listed.</summary>
    public const string Disk = "/run/truce-bench-disk";

    /// <summary>A file system that belongs to another resource.</summary>
    public const string Neighbour = "/mnt/truce-neighbour";

    /// <summary>Where a file system that never answers is mounted, for checks that want one.</summary>
    public const string Hung = "/mnt/truce-hung";

    /// <summary>The host's own address.</summary>
    public const string Address = "192.0.2.1";

    /// <summary>Reads: the folder shared with the bench, the size of the disk, the agent's path. Prints
    /// its process id as the bench sees it, once all is there.</summary>
    public const string Text = """
        share=$1 size=$2 agent=$3
        mount --make-rprivate /
        read -r me _ </proc/self/stat
        echo bench >/proc/sys/kernel/hostname
        ip -batch - <<'END'
        link set lo up
        link add eth0 type veth peer name wall
        addr add 192.0.2.1/24 dev eth0
        link set eth0 up
        link set wall up
        END

        disk=$share/disk
        mount -t tmpfs -o "mode=0755,size=$size" truce-bench "$disk"
        mkdir -p "$disk/run/lock" "$disk/run/resource-agents" "$disk/run/truce-bench" \
          "$disk/run/truce-bench-disk"
        mkdir -m 1777 "$disk/tmp"
        chmod 1777 "$disk/run/lock"
        # Folders with their owners and modes, without what is in them.
        for folder in /run/*/; do
          [ -d "$disk$folder" ] || printf '.%s\0' "${folder%/}"
        done | tar -C / --no-recursion --null -T - -cf - | tar -C "$disk" -xpf -
        mount --bind "$share" "$disk/run/truce-bench"
        mount --bind "$disk" "$disk/run/truce-bench-disk"

        set --
        for folder in /*; do
          name=${folder#/}
          case $name in proc|sys|dev|run|tmp|mnt|lost+found|boot|*[!A-Za-z0-9._-]*) continue ;; esac
          { [ -d "$folder" ] && [ ! -L "$folder" ]; } || continue
          set -- "$@" "$name"
        done
        mkdir "$disk/over" "$disk/work"
        tar -C / --no-recursion -cf - "$@" | tar -C "$disk/over" -xpf -
        (cd "$disk/work" && mkdir "$@")
        for name; do
          mount -t overlay -o "lowerdir=/$name,upperdir=$disk/over/$name,workdir=$disk/work/$name" \
            truce-bench "/$name"
        done

        mkdir -p "$disk/dev/net" "$disk/dev/pts" "$disk/dev/shm" "$disk/dev/mqueue"
        set --
        for device in null zero full random urandom tty fuse net/tun loop-control \
          loop0 loop1 loop2 loop3 loop4 loop5 loop6 loop7; do
          [ ! -e "/dev/$device" ] || set -- "$@" "$device"
        done
        # Nodes, not mounts: an agent that lists mounts must find none of ours.
        (cd /dev && cp -a --parents "$@" "$disk/dev")
        ln -s /proc/self/fd "$disk/dev/fd"
        ln -s fd/0 "$disk/dev/stdin"
        ln -s fd/1 "$disk/dev/stdout"
        ln -s fd/2 "$disk/dev/stderr"
        mount --rbind "$disk/dev" /dev
        mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 truce-bench /dev/pts
        ln -s pts/ptmx /dev/ptmx
        mount -t tmpfs -o mode=1777 truce-bench /dev/shm

        mount -t tmpfs -o mode=0755,size=16m truce-bench /mnt
        mkdir /mnt/truce-neighbour
        mount -t tmpfs -o mode=0755,size=1m truce-neighbour /mnt/truce-neighbour
        mount --rbind "$disk/run" /run
        mount --bind "$disk/tmp" /tmp
        mount -t proc -o nosuid,nodev,noexec truce-bench /proc
        for file in /proc/sysrq-trigger /proc/kcore /proc/kmsg; do
          [ ! -e "$file" ] || mount --bind /dev/null "$file"
        done
        mount --bind /proc/sys/net /proc/sys/net
        mount --rbind /proc/sys /proc/sys
        mount -o remount,bind,ro /proc/sys
        mount -t sysfs -o ro,nosuid,nodev,noexec truce-bench /sys
        [ ! -d /etc ] || printf '127.0.0.1 localhost\n192.0.2.1 bench\n' >/etc/hosts
        mount -o remount,bind,ro /
        cd /

        if [ -d /run/truce-bench/beside ]; then
          mkdir -p "${agent%/*}"
          cp -a /run/truce-bench/beside/. "${agent%/*}/"
        fi
        # A damaged copy that is tried in its place.
        [ ! -f /run/truce-bench/agent ] || cat /run/truce-bench/agent >"$agent"
        echo "$me"
        # The kernel reaps what ends as an orphan, and the host ends when the bench closes our input or dies.
        exec env --ignore-signal=CHLD cat >/dev/null
        """;
}
