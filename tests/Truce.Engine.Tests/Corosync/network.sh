#!/bin/sh
# The first process of a world of hosts: its end, and so the end of whoever holds its standard input, is theirs too.
set -eu
ip link set lo up
for bridge in br0 br1; do
    ip link add $bridge type bridge
    ip link set $bridge up
done
echo ready
cat >/dev/null
