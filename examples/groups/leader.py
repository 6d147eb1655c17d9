#!/usr/bin/env python3
"""A worker of which only one works: whichever holds the claim. Start it on every node.

    leader.py NAME FILE

What it guards is FILE, a file that all workers can write: the one that works adds a line TIME NAME EPOCH ten times a
second (TIME in milliseconds of CLOCK_BOOTTIME). A real worker would hand EPOCH to whatever it changes, which refuses
what comes with a smaller one.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients", "python"))

import truce_groups  # noqa: E402

STEP_SECONDS = 0.1


def work(session, name, file):
    epoch = session.claim("leader")
    print("%s leads, epoch %d" % (name, epoch), flush=True)
    # One step takes no longer than stop_time, so a loss is noticed in time; die_at_deadline is for what goes wrong.
    while not session.lost.wait(STEP_SECONDS):
        file.write("%d %s %d\n" % (truce_groups.now() * 1000, name, epoch))
        file.flush()
    print("%s stops: %s" % (name, session.loss.reason), flush=True)


def main():
    name, path = sys.argv[1:]
    with open(path, "a", encoding="utf-8") as file:
        truce_groups.run(lambda session: work(session, name, file), die_at_deadline=True)


if __name__ == "__main__":
    main()
