# SPDX-License-Identifier: MIT
"""The kernel's bits with their names. The extension makes them when they are looked at."""

from __future__ import annotations

import enum

import _inotify


class Mask(enum.IntFlag):
    """
    What inotify(7) says about an event, and what Watcher is asked for: the constants of
    this package without IN_, joined with |. str() gives the names.
    """

    ACCESS = _inotify.ACCESS
    MODIFY = _inotify.MODIFY
    ATTRIB = _inotify.ATTRIB
    CLOSE_WRITE = _inotify.CLOSE_WRITE
    CLOSE_NOWRITE = _inotify.CLOSE_NOWRITE
    OPEN = _inotify.OPEN
    MOVED_FROM = _inotify.MOVED_FROM
    MOVED_TO = _inotify.MOVED_TO
    CREATE = _inotify.CREATE
    DELETE = _inotify.DELETE
    DELETE_SELF = _inotify.DELETE_SELF
    MOVE_SELF = _inotify.MOVE_SELF
    UNMOUNT = _inotify.UNMOUNT
    Q_OVERFLOW = _inotify.Q_OVERFLOW
    IGNORED = _inotify.IGNORED
    ISDIR = _inotify.ISDIR
    CLOSE = _inotify.CLOSE
    MOVE = _inotify.MOVE
    ALL_EVENTS = _inotify.ALL_EVENTS

    def __str__(self) -> str:
        names = []
        rest = int(self)
        for name, member in type(self).__members__.items():
            bit = int(member)
            if bit & (bit - 1) == 0 and rest & bit:
                names.append(name)
                rest &= ~bit
        if rest or not names:
            names.append(hex(rest))
        return "|".join(names)
