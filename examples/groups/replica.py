#!/usr/bin/env python3
"""A replicated service of which one replica, the primary, serves. Start it on every node.

    replica.py NAME FILE

The replicas are a process group whose state names the primary. When the primary fails, nobody takes over before

1. its node is proven off: the group requires it ("fence": "required"). The cluster fences nodes that it has lost; for
   a primary that has crashed on a node that is well, an operator or a monitor asks for it (truce fence node NODE);
2. all other replicas have agreed in two phases. First each makes sure that it holds everything that the primary had
   acknowledged, and asks for another phase; in the second, the replica that has been there longest proposes itself as
   the primary, and the others approve. Whoever can't catch up rejects, and the group has no primary until that is
   repaired.

Here FILE stands for what the primary serves: it adds a line TIME NAME EPOCH ten times a second (TIME in milliseconds of
CLOCK_BOOTTIME), and "catching up" is reading it to its end. A real service hands EPOCH to its storage, too.
"""

import os
import queue
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients", "python"))

import truce_groups  # noqa: E402

GROUP = "store"
STEP_SECONDS = 0.1
SETTINGS = {"removalPhases": "many", "limitMs": 10000, "default": "reject", "fence": "required"}


class Replica:
    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.session = None
        self.caught_up = -1    # how much of FILE this replica holds

    def application(self, session):
        """One session: a replica, and the primary while the group's state names this very session."""
        self.session = session
        session.join(GROUP, self.name, SETTINGS)
        epoch = None
        while not session.lost.is_set():
            notice = self.next_notice(session)
            if notice is not None and notice["type"] in ("changed", "unproven"):
                epoch = self.role(session, notice, epoch)
            if epoch is not None and not session.lost.is_set():
                self.serve(epoch)
        print("%s stops: %s" % (self.name, session.loss.reason), flush=True)

    @staticmethod
    def next_notice(session):
        try:
            return session.notices.get(timeout=STEP_SECONDS)
        except queue.Empty:
            return None

    def role(self, session, notice, epoch):
        """The epoch under which this replica serves; None: it doesn't."""
        now = notice["now"]
        if now["value"] == session.client and session.client in staying(now):
            if epoch is None:
                epoch = notice["epoch"]
                print("%s serves, epoch %d" % (self.name, epoch), flush=True)
            return epoch
        if now["value"] == "" and staying(now)[:1] == [session.client]:
            try:
                session.set(GROUP, session.client, if_version=0)  # the first primary of all
            except truce_groups.Refused:
                pass  # another was faster
        return None

    def serve(self, epoch):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write("%d %s %d\n" % (truce_groups.now() * 1000, self.name, epoch))

    def vote(self, phase):
        """What this replica says to the removal of others."""
        now = self.session.groups[GROUP].now
        gone = [c["client"] for c in phase["changes"] if c["kind"] == "removal"]
        if now["value"] not in gone:
            return "approve"
        if phase["number"] == 1:
            self.catch_up()
            return {"choice": "continue", "reason": "caught up with %d bytes" % self.caught_up}
        if [c for c in staying(now) if c not in gone][:1] == [self.session.client]:
            return {"choice": "approve", "value": self.session.client}
        return "approve"

    def catch_up(self):
        with open(self.path, "rb") as file:
            self.caught_up = len(file.read())


def staying(group):
    """Its members in the order of joining, without those that have failed."""
    failed = [u["client"] for u in group.get("unproven", [])]
    return [m["client"] for m in group["members"] if m["client"] not in failed]


def main():
    replica = Replica(sys.argv[1], sys.argv[2])
    truce_groups.run(replica.application, vote=replica.vote, die_at_deadline=True)


if __name__ == "__main__":
    main()
