# shellcheck shell=sh
# What the Filesystem-like agents of these tests have in common. Each defines is_mounted and stop_it.
meta_data() {
    cat <<'END'
<?xml version="1.0"?>
<resource-agent name="mount" version="1">
<version>1.1</version>
<longdesc lang="en">Mounts a memory file system.</longdesc>
<shortdesc lang="en">Mounts a memory file system</shortdesc>
<parameters>
<parameter name="directory" required="1">
<longdesc lang="en">Where to mount it.</longdesc>
<shortdesc lang="en">Mount point</shortdesc>
<content type="string"/>
</parameter>
</parameters>
<actions>
<action name="start" timeout="20s"/>
<action name="stop" timeout="20s"/>
<action name="monitor" timeout="20s" interval="10s"/>
<action name="validate-all" timeout="10s"/>
<action name="meta-data" timeout="5s"/>
</actions>
</resource-agent>
END
}

# /proc/mounts is in memory; the name must be the whole one.
mounted_by_name() {
    while read -r _ where _; do
        [ "$where" != "$OCF_RESKEY_directory" ] || return 0
    done </proc/mounts
    return 1
}

start_it() {
    is_mounted && return 0
    mkdir -p "$OCF_RESKEY_directory"
    mount -t tmpfs -o size=1m bench "$OCF_RESKEY_directory"
}

run() {
    case $1 in
    meta-data) meta_data ;;
    validate-all) [ -n "$OCF_RESKEY_directory" ] || exit 6 ;;
    start) start_it || exit 1 ;;
    stop) stop_it || exit 1 ;;
    monitor) is_mounted || exit 7 ;;
    *) exit 3 ;;
    esac
    exit 0
}
