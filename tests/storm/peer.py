# SPDX-License-Identifier: MIT
"""A peer's text output as records, so that the same storms can be replayed from it."""

import os
import select
import time

from program import Program, Silent

# NUL ends an event, so that names may hold what they like.
FORMAT = "%e %c %w%f%0"

EVENTS = {"CREATE": "create", "DELETE": "delete", "MODIFY": "modify",
          "CLOSE_WRITE": "close_write", "MOVED_TO": "moved_in",
          "MOVED_FROM": "moved_out", "Q_OVERFLOW": "overflow"}


class PeerRecord:
    """Like stream.Record, made from an event that was read now."""

    def __init__(self, event, path, kind, source=None):
        self.line = b"%s %r" % (event.encode(), path)
        self.event = event
        self.path = path
        self.source = source
        self.type = kind
        self.time_ns = time.time_ns()


class EventReader:
    """Joins the halves of moves by their cookies, as favourably as can be."""

    def __init__(self):
        self.halves = {}

    def read(self, text):
        """Yields the records of one event."""
        masks, cookie, path = text.split(b" ", 2)
        words = masks.decode().split(",")
        kind = "dir" if "ISDIR" in words else "file"
        for word in words:
            if word == "MOVED_FROM":
                self.halves[cookie] = PeerRecord("moved_out", path, kind)
            elif word == "MOVED_TO" and cookie in self.halves:
                source = self.halves.pop(cookie).path
                yield PeerRecord("move", path, kind, source)
            elif word in EVENTS:
                yield PeerRecord(EVENTS[word], path, kind)

    def flush(self):
        """Yields what is left without its other half."""
        while self.halves:
            yield self.halves.pop(next(iter(self.halves)))


class Peer(Program):
    """inotifywait -mr, read through the interface of the program under test."""

    def __init__(self, paths, replayer, stderr_path, directory=None):
        self.reader = EventReader()
        self.rest = b""
        command = ["inotifywait", "-m", "-r", "--no-newline", "--format", FORMAT, *paths]
        self.start(command, replayer, stderr_path, (), directory)
        self.ready_fd = -1

    def take(self, size=1 << 20):
        try:
            data = os.read(self.out, size)
        except BlockingIOError:
            self.accept(self.reader.flush())
            return 0
        events = (self.rest + data).split(b"\0")
        self.rest = events.pop()
        for event in events:
            self.accept(self.reader.read(event))
        return len(data) or -1

    def accept(self, records):
        """Keeps and applies them; a peer has no resync, so an overflow ends nothing."""
        for record in records:
            self.records.append(record)
            self.replayer.apply(record)
        self.replayer.is_resyncing = False

    def wait_ready(self):
        """It says so on standard error."""
        end = time.monotonic() + 60
        while "Watches established" not in self.stderr_tail():
            select.select([self.out], [], [], 0.01)
            if self.child.poll() is not None or time.monotonic() > end:
                raise Silent("not ready: %s" % self.stderr_tail())
        self.replayer.is_ready = True

    def end(self):
        """How it leaves is not our business."""
        self.child.kill()
        self.child.wait(20)
