# SPDX-License-Identifier: MIT
"""Cuts the program's JSON output into records, and refuses what is no valid record."""

import base64
import calendar
import json

EVENTS = frozenset("""
    access modify attrib close_write close_nowrite open create delete delete_self
    move_self unmount move moved_in moved_out exchange found overflow resync synced
    lost ready
""".split())

WITHOUT_PATH = frozenset(("overflow", "synced", "ready"))


class BadStream(Exception):
    """The output is not what the record's documentation promises."""


class Record:
    """One line of output; paths are bytes, times nanoseconds since 1970."""

    __slots__ = ("line", "event", "path", "source", "type", "time_ns", "error")

    def __init__(self, line):
        self.line = line
        try:
            fields = json.loads(line.decode("utf-8"), parse_constant=reject_constant)
            self.event = fields["event"]
            self.time_ns = parse_time(fields["time"])
            self.path = exact_bytes(fields, "path")
            self.source = exact_bytes(fields, "from")
            self.type = fields.get("type")
            self.error = fields.get("error")
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise BadStream("no valid record: %r (%s)" % (line, problem)) from problem
        self.check()

    def check(self):
        """What holds for each event by itself."""
        if self.event not in EVENTS:
            raise BadStream("unknown event: %r" % self.line)
        if self.event not in WITHOUT_PATH and not self.path:
            raise BadStream("path is missing: %r" % self.line)
        if self.event in ("move", "exchange") and not self.source:
            raise BadStream("from is missing: %r" % self.line)
        if self.type not in (None, "dir", "file"):
            raise BadStream("unknown type: %r" % self.line)
        adds = self.event in ("create", "found", "moved_in", "move")
        if adds and self.type is None:
            raise BadStream("type is missing: %r" % self.line)
        if self.event == "lost" and not self.error:
            raise BadStream("error is missing: %r" % self.line)


def reject_constant(name):
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def exact_bytes(fields, key):
    """The bytes of a path, or None; KEY_b64 has them where UTF-8 cannot."""
    text = fields.get(key)
    exact = fields.get(key + "_b64")
    if exact is not None:
        if "\ufffd" not in text:
            raise ValueError(key + "_b64 beside a path that is valid UTF-8")
        return base64.b64decode(exact, validate=True)
    return None if text is None else text.encode("utf-8")


def parse_time(text):
    """RFC 3339 in UTC with nine digits behind the point, in nanoseconds."""
    if len(text) != 30 or text[10] != "T" or text[19] != "." or text[29] != "Z":
        raise ValueError("time: " + text)
    days = (int(text[0:4]), int(text[5:7]), int(text[8:10]))
    clock = (int(text[11:13]), int(text[14:16]), int(text[17:19]))
    return calendar.timegm(days + clock) * 1000000000 + int(text[20:29])


class LineCutter:
    """Joins what was read until a line is whole."""

    def __init__(self):
        self.rest = b""

    def feed(self, data):
        """The lines that are whole now, without their newlines."""
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        return lines
