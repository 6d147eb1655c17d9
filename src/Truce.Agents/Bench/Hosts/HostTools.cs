namespace Truce.Agents.Bench.Hosts;

/// <summary>Small scripts that every host has.</summary>
internal static class HostTools
{
    /// <summary>Stands in for the tools by which agents tell the cluster their scores and attributes:
    /// there is no cluster in the host, so files keep them.</summary>
    public const string ClusterTool = """
        #!/bin/sh
        me=${0##*/} name='' value='' verb=get quiet=''
        store=/run/truce-bench-attributes
        mkdir -p "$store"
        [ "$me" != crm_master ] || name=master-$OCF_RESOURCE_INSTANCE
        case $me in
          crm_node)
            case " $* " in
              *" -i "*) echo 1 ;;
              *" -q "*) echo 1 ;;
              *" -l "*) echo "1 bench member" ;;
              *) echo bench ;;
            esac
            exit 0 ;;
          crm_mon|crm_resource|cibadmin|crm_failcount|crm_standby|stonith_admin) exit 0 ;;
        esac
        while [ $# -gt 0 ]; do
          case $1 in
            -n|--name|--attr-name) name=$2; shift ;;
            --name=*) name=${1#*=} ;;
            -v|--update|--attr-value) verb=set value=$2; shift ;;
            -U|-B) verb=set value=$2; shift ;;
            --update=*) verb=set value=${1#*=} ;;
            -D|--delete) verb=delete ;;
            -G|--query|--get-value|-Q) [ "$me" = crm_master ] && [ "$1" = -Q ] && quiet=1 || verb=get ;;
            -q|--quiet) quiet=1 ;;
            -p|--promotion)
              name=master-$OCF_RESOURCE_INSTANCE
              case ${2-} in -*|'') ;; *) shift ;; esac ;;
            --promotion=*) name=master-${1#*=} ;;
            -l|-N|-t|-d|-s|-i|--lifetime|--node|--type|--default|-r|--resource) shift ;;
          esac
          shift
        done
        name=$(printf %s "$name" | tr / _)
        [ -n "$name" ] || exit 64
        case $verb in
          set) printf %s "$value" >"$store/$name" ;;
          delete) rm -f "$store/$name" ;;
          get)
            [ -f "$store/$name" ] || exit 105
            if [ -n "$quiet" ]; then cat "$store/$name"; echo; else
              echo "scope=status name=$name value=$(cat "$store/$name")"
            fi ;;
        esac
        """;

    /// <summary>The names that it goes by.</summary>
    public static readonly string[] ClusterToolNames =
        ["crm_attribute", "crm_master", "attrd_updater", "crm_node", "crm_mon", "crm_resource", "cibadmin",
            "crm_failcount", "crm_standby", "stonith_admin"];

    /// <summary>
    /// Stands before every program on the agent's PATH and counts calls. The n-th fails, or waits for the
    /// bench to kill the action. Only the shell's own commands are used, so that it counts in order.
    /// </summary>
    public const string Shim = """
        #!/bin/sh
        name=${0##*/}
        calls=/run/truce-bench/calls
        n=1
        set -C
        while ! { true >"$calls/$n"; } 2>/dev/null; do n=$((n + 1)); done
        set +C
        echo "$name $*" >"$calls/$n"
        if [ "$n" = "${TRUCE_BENCH_FAIL-}" ]; then exit 1; fi
        if [ "$n" = "${TRUCE_BENCH_HOLD-}" ]; then : >/run/truce-bench/held; sleep 60; exit 1; fi
        PATH=${PATH#/run/truce-bench/shim:}
        exec "$name" "$@"
        """;

    /// <summary>Makes bash say where it is, for every command, without touching the script's own output:
    /// what it says goes to a file, or nowhere, and then the tracer sees it being written.</summary>
    public const string Lines = """
        unset BASH_ENV
        PS4='+@$BASH_SOURCE:$LINENO@ '
        exec {BASH_XTRACEFD}>>"${TRUCE_BENCH_LINES-/dev/null}"
        unset TRUCE_BENCH_LINES
        [ -z "${TRUCE_BENCH_POSIX-}" ] || set -o posix
        unset TRUCE_BENCH_POSIX
        set -x
        """;

    /// <summary>Makes things that look like the resource's but aren't: beside each path of a parameter a
    /// file system or a file whose name begins alike, and a process that names it.</summary>
    public const string Neighbours = """
        for value in "$@"; do
          beside=$value-neighbour
          case $value in
            /dev/*|/proc/*|/sys/*) continue ;;
            /*) [ -d "${value%/*}/" ] && [ ! -e "$beside" ] || continue ;;
            *) continue ;;
          esac
          if [ -d "$value" ]; then
            mkdir "$beside" && mount -t tmpfs -o size=1m truce-neighbour "$beside" || continue
            echo "mount $beside"
          elif [ ! -e "$value" ] || [ -s "$value" ]; then
            echo neighbour >"$beside" || continue
            echo "file $beside"
          fi
        done 2>/dev/null
        for value in "$@"; do
          case $value in
            /*) setsid bash -c 'cd /mnt/truce-neighbour; exec -a "$0" sleep 864000' \
                  "neighbour $value-neighbour" >/dev/null 2>&1 </dev/null & echo "process $!" ;;
          esac
        done
        """;

    /// <summary>Mounts a file system at the given folder that never answers, as an NFS whose server is gone:
    /// one of FUSE whose program says nothing, not even that it is there. It goes with that
    /// program.</summary>
    public const string HangMount = """
        set -e
        mkdir -p "$1"
        exec 7<>/dev/fuse
        mount -i -t fuse -o fd=7,rootmode=40000,user_id=0,group_id=0 truce-hung "$1"
        setsid sleep 864000 >/dev/null 2>&1 </dev/null &
        echo $!
        """;

    /// <summary>Makes the host ask a name server that is there and never answers: its packets reach
    /// nobody.</summary>
    public const string SilenceNames = """
        set -e
        ip neigh replace 192.0.2.53 lladdr 02:00:00:00:00:53 dev eth0
        rm -f /etc/resolv.conf
        printf 'nameserver 192.0.2.53\noptions timeout:30 attempts:2\n' >/etc/resolv.conf
        """;
}
