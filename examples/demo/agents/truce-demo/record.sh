# shellcheck shell=bash
# What the demo's agents share: the record of what was done when, outside of the nodes, and small helpers.
# A line of the record is "NS NODE WHAT PID": start, started, stop, stopped, monitor (PID 0: it isn't active).
LC_ALL=C
node=${TRUCE_LAB_NODE:-${OCF_RESKEY_CRM_meta_on_node:-$HOSTNAME}}
world=${0%/agents/*}/world
name=${OCF_RESOURCE_INSTANCE:-${0##*/}}
temporary=/run/resource-agents
[ -e /run/lab/port ] || temporary=${world%/world}/nodes/$node/run
state=$temporary/truce-demo-$node-${name//[:\/]/-}

note() { # note WHAT PID: EPOCHREALTIME has microseconds; the record has nanoseconds
    printf '%s000 %s %s %s\n' "${EPOCHREALTIME/./}" "$node" "$1" "$2" >>"$world/${name//[:\/]/-}"
}

actions() {
    cat <<'END'
  <actions>
    <action name="start" timeout="20s"/>
    <action name="stop" timeout="20s"/>
    <action name="monitor" timeout="20s" interval="10s" depth="0"/>
    <action name="meta-data" timeout="5s"/>
    <action name="validate-all" timeout="5s"/>
  </actions>
</resource-agent>
END
}

alive() { # alive FILE: sets pid to the process that FILE names, if it is still the one that wrote it
    pid=
    [ -r "$1" ] && read -r pid started <"$1" && [ -n "$pid" ] && [ "$(began "$pid")" = "$started" ]
}

began() { # when a process began, in ticks: with its number, that names it for good
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return
    line=${line##*) }
    # shellcheck disable=SC2086 # words are wanted
    set -- $line
    [ "$1" != Z ] && echo "${20}"
}

run_recorded() { # run_recorded ACTION: start, stop and monitor, with their record
    case $1 in
    start)
        note start $$
        active || begin || exit 1
        note started $$
        ;;
    stop)
        note stop $$
        end || exit 1
        note stopped $$
        ;;
    monitor)
        if active; then
            note monitor $$
            exit 0
        fi
        note monitor 0
        exit 7
        ;;
    meta-data) meta_data ;;
    validate-all) ;;
    *) exit 3 ;;
    esac
}
