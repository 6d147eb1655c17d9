#!/usr/bin/env python3
"""The client for Python as ClientConformanceTests drives it: commands on standard input, events on standard output.

    conformance.py CLIENT_FOLDER SOCKET STOP_SECONDS rejoin|anew VOTE
"""

import sys
import threading

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

import truce_groups  # noqa: E402

PRINTING = threading.Lock()


def say(*words):
    with PRINTING:
        print(*words, flush=True)


def vote(phase):
    if sys.argv[5] == "raise":
        raise ValueError("planted")
    return sys.argv[5]


def tell(session):
    while True:
        notice = session.notices.get()
        if notice["type"] == "lost":
            say("lost", round(session.loss.deadline * 1000))
            return
        say("notice", notice["type"], notice.get("group") or notice.get("name"), notice["epoch"])


def do(session, words):
    try:
        if words[0] == "claim":
            say("done", session.claim(words[1], wait="nowait" not in words, fenced="fenced" in words))
        elif words[0] == "alive":
            session.alive(words[1], int(words[2]))
        elif words[0] == "set":
            say("done", session.set(words[1], words[2], if_version=int(words[3])))
        else:
            say("done", getattr(session, words[0])(words[1]))
    except truce_groups.Refused as refused:
        say("refused", refused.code)


def application(session):
    say("session", session.client)
    for missed in session.missed:
        say("missed", missed.group, missed.before.epoch, missed.now.epoch)
    threading.Thread(target=tell, args=(session,), daemon=True).start()
    for line in sys.stdin:
        words = line.split()
        if words == ["end"]:
            return
        if words == ["again"]:
            session.lost.wait()
            raise truce_groups.Lost("again")
        do(session, words)


def main():
    try:
        truce_groups.run(application, sys.argv[2], float(sys.argv[3]), vote, rejoin=sys.argv[4] == "rejoin")
        say("ended")
    except truce_groups.Refused as refused:
        say("refused", refused.code)


if __name__ == "__main__":
    main()
