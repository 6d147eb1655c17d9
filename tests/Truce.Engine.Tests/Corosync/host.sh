#!/bin/sh
# usage: host.sh NUMBER CONFIGURATION; the first process of a host that runs nothing but Corosync
set -eu
mount --make-rprivate /
ip link set lo up
# The card keeps its address over a boot, as a real one does: the others need not ask for it anew.
ip link add eth0 address "02:78:00:00:00:0$1" type veth peer name "n$1" netns /proc/1/ns/net
ip addr add "10.78.0.$1/24" dev eth0
ip link set eth0 up
nsenter --net=/proc/1/ns/net ip link set "n$1" master br0 up
mount -t proc proc /proc
for folder in /run /dev/shm /etc/corosync /var/lib/corosync /var/log; do
    mount -t tmpfs tmpfs "$folder"
done
mkdir -p /var/log/corosync /etc/corosync/uidgid.d
printf '%s' "$2" >/etc/corosync/corosync.conf
hostname "n$1"
env -u NOTIFY_SOCKET corosync -f >/run/corosync.out 2>&1 &
echo $! >/run/corosync.pid
for _ in $(seq 200); do
    corosync-cmapctl -g runtime.votequorum.this_node_id >/dev/null 2>&1 && break
    sleep 0.02
done
echo ready
cat >/dev/null
