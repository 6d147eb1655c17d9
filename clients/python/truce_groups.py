"""Truce's Group Services for Python: sessions, process groups and claims. Standard library only.

    import truce_groups

    with truce_groups.open_session() as session:
        epoch = session.claim("leader")
        while not session.lost.wait(0.1):
            work(epoch)

A session is a lease that the node's server renews. ``session.lost`` is set when the connection ends, or when so little
of the lease is left that the application has just the time to stop: it must have stopped by ``session.loss.deadline``,
an instant of ``time.clock_gettime(time.CLOCK_BOOTTIME)``. Peers take over no earlier than a margin after it. Close a
session only once the application has stopped: with the end of the connection peers take over at once.

``run`` keeps an application in session: it connects, calls the application, and begins again after a loss.
"""

import contextlib
import json
import os
import queue
import socket
import threading
import time
from collections import namedtuple

__all__ = ["Error", "Unreachable", "Refused", "Lost", "Loss", "Seen", "Missed", "Session", "open_session", "run", "now"]

VERSION = 1
DEFAULT_SOCKET = "/run/truce/groups.sock"
LINE_BYTES_MAX = 4 * 1024 * 1024
NOTICES_MAX = 4096
LOOK_SECONDS = 0.05
PAUSE_SECONDS = 0.25
HELLO_SECONDS = 10.0
NOTICES = frozenset(["group", "changed", "phase", "late", "unproven", "responsive", "deactivate", "dissolved", "hosts",
                     "links"])

Loss = namedtuple("Loss", ["reason", "deadline"])
Seen = namedtuple("Seen", ["epoch", "now"])
Missed = namedtuple("Missed", ["group", "before", "now"])


class Error(Exception):
    """Anything that goes wrong here."""


class Unreachable(Error):
    """No server answers, or what answers isn't one."""


class Refused(Error):
    """The server refused a request, or ends the connection; ``code`` as docs/reference/groups-wire.md lists them."""

    def __init__(self, code, reason=""):
        super().__init__("%s: %s" % (code, reason) if reason else code)
        self.code = code


class Lost(Error):
    """The session is lost: stop, and begin again with another."""


def now():
    """The clock in which leases end."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def find_socket():
    """TRUCE_GROUPS_SOCKET, the socket beside TRUCE_SOCKET, or the installed node's."""
    if os.environ.get("TRUCE_GROUPS_SOCKET"):
        return os.environ["TRUCE_GROUPS_SOCKET"]
    if os.environ.get("TRUCE_SOCKET"):
        return os.path.join(os.path.dirname(os.path.abspath(os.environ["TRUCE_SOCKET"])), "groups.sock")
    return DEFAULT_SOCKET


def open_session(path=None, stop_time=None, vote=None, die_at_deadline=False, check=None):
    """Connects and gets a lease. Raises Unreachable, or Refused (``not-ready``: try again). ``check(ping)`` is the
    application's self-check, if it joins with a ping: false is no answer. Without it, this library answers by itself."""
    return Session(path or find_socket(), stop_time, vote, die_at_deadline, check)


def run(application, path=None, stop_time=None, vote=None, die_at_deadline=False, until=None, rejoin=False, check=None):
    """Calls ``application(session)`` in one session after another, until it returns without having lost it (its result
    is returned) or the event ``until`` is set. Lost may pass through the application. With ``rejoin``, a session that
    follows a lost one watches and joins what that did before the application is called, and ``session.missed`` says
    what may have been missed: a list of (group, before, now), each of the two as (epoch, now). Claims aren't taken
    again."""
    lost = None
    while until is None or not until.is_set():
        try:
            session = open_session(path, stop_time, vote, die_at_deadline, check)
        except (Unreachable, Refused) as problem:
            if getattr(problem, "code", "not-ready") != "not-ready":
                raise
            time.sleep(PAUSE_SECONDS)
            continue
        with session:
            if rejoin and lost is not None:
                session._inherit(lost)
            lost = session
            try:
                session._rejoin()
                result = application(session)
            except Lost:
                continue
            if session.loss is None:
                return result
    return None


class Session:
    """A session with a node's server. Its methods may be called from any thread."""

    def __init__(self, path, stop_time, vote, die_at_deadline, check):
        self.lost = threading.Event()
        self.loss = None
        self.notices = queue.Queue(NOTICES_MAX)
        self._vote, self._check, self._die_at_deadline = vote, check, die_at_deadline
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._answers, self.groups, self._wanted, self._before = {}, {}, {}, {}
        self._last_id = 0
        self._closed = threading.Event()
        # Python opens sockets close-on-exec: a child that kept a copy would hide our end from the server.
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._lines = _Lines(self._socket)
        try:
            self._begin(path, stop_time)
        except BaseException:
            self._socket.close()
            raise
        threading.Thread(target=self._read, name="truce-groups-read", daemon=True).start()
        threading.Thread(target=self._watch, name="truce-groups-watch", daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the session: peers take over at once."""
        self._closed.set()
        self._lose("closed by the application")
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def missed(self):
        """What may have been missed between a lost session and this one (see ``run``)."""
        return [Missed(group, before, self.groups[group]) for group, before in sorted(self._before.items())
                if group in self.groups]

    def join(self, group, instance=None, settings=None, responsiveness=None, deactivate=None):
        """Becomes a member of a group; returns the epoch."""
        return self.ask("join", group=group, instance=instance or self.node, settings=settings,
                        responsiveness=responsiveness, deactivate=deactivate)

    def alive(self, group, number):
        """Tells the counter of a member that has joined with one; it must have grown."""
        self._write({"type": "alive", "group": group, "number": number})

    def leave(self, group, **terms):
        """Leaves in order."""
        return self.ask("leave", group=group, terms=terms or None)

    def goodbye(self, group):
        """Leaves at once."""
        return self.ask("goodbye", group=group)

    def expel(self, group, client, reason="", **terms):
        """Removes another member."""
        return self.ask("expel", group=group, client=client, reason=reason, terms=terms or None)

    def set(self, group, value, if_version=None, **terms):
        """Changes the group's state; with ``if_version`` only if it still has this version (else Refused,
        ``version-differs``)."""
        return self.ask("set", group=group, value=value, ifVersion=if_version, terms=terms or None)

    def broadcast(self, group, message, **terms):
        """A message to all members and watchers."""
        return self.ask("broadcast", group=group, message=message, terms=terms or None)

    def watch(self, group):
        """Has ``notices`` told of every change of a group, beginning with the group as it is."""
        return self.ask("watch", group=group)

    def unwatch(self, group):
        """Watches it no longer."""
        return self.ask("unwatch", group=group)

    def claim(self, name, wait=True, timeout=None, fenced=False):
        """Becomes the one holder of a claim; returns its epoch, a fencing token. Raises Refused (``held``) without
        ``wait``, TimeoutError after ``timeout`` seconds (and waits in line no longer), Lost with the session. A
        ``fenced`` claim passes on from a holder that failed only once its node is proven off: ``release`` it."""
        try:
            return self.ask("claim", timeout=timeout, name=name, patience="wait" if wait else "refuse",
                            fence="required" if fenced else None)
        except TimeoutError:
            self.release(name)
            raise

    def release(self, name):
        """Gives a claim back, or no longer waits for it."""
        return self.ask("release", name=name)

    def ask(self, kind, timeout=None, **members):
        """Sends a request and waits for its answer; returns the epoch."""
        answer = queue.Queue(1)
        with self._lock:
            if self.loss is not None:
                raise Lost(self.loss.reason)
            self._last_id += 1
            number = self._last_id
            self._answers[number] = (answer, kind, members)
        request = {name: value for name, value in members.items() if value is not None}
        try:
            self._write(dict(request, type=kind, id=number))
            got = answer.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError("no answer to %s within %s s" % (kind, timeout)) from None
        except OSError as problem:
            self._lose(str(problem))
            raise Lost(str(problem)) from problem
        finally:
            with self._lock:
                self._answers.pop(number, None)
        if got is None:
            raise Lost(self.loss.reason)
        if got["result"] == "done":
            return got["epoch"]
        raise Refused("rejected" if got["result"] == "rejected" else got.get("code", ""), got.get("reason", ""))

    def _remember(self, kind, members):
        with self._lock:
            if kind in ("join", "watch"):
                self._wanted[kind, members["group"]] = members
            elif kind in ("leave", "goodbye"):
                self._wanted.pop(("join", members["group"]), None)
            elif kind == "unwatch":
                self._wanted.pop(("watch", members["group"]), None)

    def _inherit(self, lost):
        self._wanted = dict(lost._wanted)
        self._before = {**lost._before, **lost.groups}

    def _rejoin(self):
        # Watches first: they tell what happens while the groups are joined.
        for (kind, _), members in sorted(self._wanted.items(), key=lambda wanted: wanted[0], reverse=True):
            while True:
                try:
                    self.ask(kind, **members)
                    break
                except Refused as refused:
                    if refused.code not in ("not-ready", "unproven", "source-missing"):
                        raise
                    self.lost.wait(PAUSE_SECONDS)

    def _see(self, line):
        group = line.get("name") or line.get("group")
        if line["type"] in ("group", "changed", "unproven", "responsive", "dissolved"):
            self.groups[group] = Seen(line["epoch"], line.get("now"))
        if line["type"] == "changed" and all(m["client"] != self.client for m in line["now"]["members"]) \
                and any(c.get("client") == self.client for c in line["changes"]):
            with self._lock:
                self._wanted.pop(("join", group), None)  # removed by the others: it doesn't come back by itself

    def _begin(self, path, stop_time):
        try:
            self._socket.settimeout(HELLO_SECONDS)
            self._socket.connect(path)
            self._write({"type": "hello", "version": VERSION})
            hello = self._expect("hello")
            begun = self._expect("session")
            self._socket.settimeout(None)
        except (OSError, ValueError, KeyError) as problem:
            raise Unreachable("%s: %s" % (path, problem)) from problem
        self.node = hello["node"]
        self.client = begun["client"]
        self.until = begun["untilMs"] / 1000
        self.lease = hello["leaseMs"] / 1000
        self.margin = hello["marginMs"] / 1000
        self.stop_time = self.lease / 3 if stop_time is None else stop_time

    def _expect(self, kind):
        line = self._lines.next()
        if line is None:
            raise OSError("the server closed the connection")
        if line["type"] == "bye":
            raise Refused(line["code"], line["reason"])
        if line["type"] != kind:
            raise ValueError("what answers isn't a server of Group Services")
        return line

    def _read(self):
        reason = "the server closed the connection"
        try:
            while True:
                line = self._lines.next()
                if line is None:
                    break
                if line["type"] == "bye":
                    reason = "%s: %s" % (line["code"], line["reason"])
                    break
                self._take(line)
        except (OSError, ValueError, KeyError) as problem:
            reason = str(problem)
        except queue.Full:
            reason = "the application doesn't read its notices"
        self._lose(reason)

    def _take(self, line):
        kind = line["type"]
        if kind == "lease":
            self.until = line["untilMs"] / 1000
        elif kind == "answer":
            with self._lock:
                asked = self._answers.get(line["id"])
            if asked is not None:
                # Remembered in the order in which the server said it: the next notice may be about it.
                if line["result"] == "done":
                    self._remember(asked[1], asked[2])
                asked[0].put(line)
        elif kind == "phase" and self._vote is not None:
            threading.Thread(target=self._cast, args=(line,), daemon=True).start()
        elif kind == "ping":
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()
        elif kind in NOTICES:
            self._see(line)
            self.notices.put_nowait(line)

    def _answer(self, ping):
        with contextlib.suppress(Exception):  # the application's own code, or the end of the session: no answer
            if self._check is None or self._check(ping):
                self.alive(ping["group"], ping["number"])

    def _cast(self, phase):
        """The application's vote: a choice, (choice, reason), or a dict of choice, reason, value and message. What it
        raises is a vote against."""
        try:
            said = self._vote(phase)
            if isinstance(said, tuple):
                said = {"choice": said[0], "reason": said[1]}
            elif not isinstance(said, dict):
                said = {"choice": said}
        except Exception as problem:  # the application's own code
            said = {"choice": "reject", "reason": str(problem)[:128]}
        with contextlib.suppress(Error):  # too late, or the session is lost: the default vote counts
            self.ask("vote", group=phase["group"], protocol=phase["protocol"], phase=phase["number"], **said)

    def _watch(self):
        while not self._closed.wait(LOOK_SECONDS):
            if now() >= self.until - self.stop_time:
                self._lose("no lease came: %.1f s of the last one are left at most" % self.stop_time)
            if self.loss is not None and self._die_at_deadline and now() >= self.loss.deadline - 2 * LOOK_SECONDS:
                # Whatever the application still does, it must not do it any longer.
                os._exit(75)

    def _lose(self, reason):
        with self._lock:
            if self.loss is not None:
                return
            self.loss = Loss(reason, self.until)
            waiting = [asked[0] for asked in self._answers.values()]
        self.lost.set()
        for answer in waiting:
            with contextlib.suppress(queue.Full):  # it was answered
                answer.put_nowait(None)
        with contextlib.suppress(queue.Full):
            self.notices.put_nowait({"type": "lost", "reason": reason})

    def _write(self, line):
        with self._writing:
            self._socket.sendall(json.dumps(line).encode() + b"\n")


class _Lines:
    """Parts what comes into lines, within a bound."""

    def __init__(self, connection):
        self._connection, self._buffer, self._searched = connection, bytearray(), 0

    def next(self):
        """The next line, or None at the end."""
        while (at := self._buffer.find(b"\n", self._searched)) < 0:
            self._searched = len(self._buffer)
            if self._searched > LINE_BYTES_MAX:
                raise ValueError("the server's line has no end")
            got = self._connection.recv(65536)
            if not got:
                return None
            self._buffer += got
        line = bytes(self._buffer[:at])
        del self._buffer[:at + 1]
        self._searched = 0
        return json.loads(line)
