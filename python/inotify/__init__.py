# SPDX-License-Identifier: MIT
"""
Linux inotify(7), with the interfaces of older packages of this name.

startloop(), stoploop(), watch(), unwatch(), event
    One inotify instance for the whole program, and a loop that calls back for each
    event: see inotify.loop.
init(), init1(), add_watch(), rm_watch(), read_events(), Event
    The system calls, and a list of named tuples for each batch of events: see
    inotify.lowlevel.

The constants IN_... belong to all of them.
"""

from _inotify import (
    IN_ACCESS,
    IN_MODIFY,
    IN_ATTRIB,
    IN_CLOSE_WRITE,
    IN_CLOSE_NOWRITE,
    IN_OPEN,
    IN_MOVED_FROM,
    IN_MOVED_TO,
    IN_CREATE,
    IN_DELETE,
    IN_DELETE_SELF,
    IN_UNMOUNT,
    IN_Q_OVERFLOW,
    IN_IGNORED,
    IN_CLOSE,
    IN_MOVE_SELF,
    IN_ISDIR,
    IN_ONESHOT,
    IN_MOVE,
    IN_ALL_EVENTS,
    IN_ONLYDIR,
    IN_DONT_FOLLOW,
    IN_EXCL_UNLINK,
    IN_MASK_CREATE,
    IN_MASK_ADD,
    IN_NONBLOCK,
    IN_CLOEXEC,
)
from inotify import _clash
from inotify.loop import event, startloop, stoploop, unwatch, watch
from inotify.lowlevel import Event, add_watch, init, init1, read_events, rm_watch

__all__ = [
    "IN_ACCESS",
    "IN_MODIFY",
    "IN_ATTRIB",
    "IN_CLOSE_WRITE",
    "IN_CLOSE_NOWRITE",
    "IN_OPEN",
    "IN_MOVED_FROM",
    "IN_MOVED_TO",
    "IN_CREATE",
    "IN_DELETE",
    "IN_DELETE_SELF",
    "IN_UNMOUNT",
    "IN_Q_OVERFLOW",
    "IN_IGNORED",
    "IN_CLOSE",
    "IN_MOVE_SELF",
    "IN_ISDIR",
    "IN_ONESHOT",
    "IN_MOVE",
    "IN_ALL_EVENTS",
    "IN_ONLYDIR",
    "IN_DONT_FOLLOW",
    "IN_EXCL_UNLINK",
    "IN_MASK_CREATE",
    "IN_MASK_ADD",
    "IN_NONBLOCK",
    "IN_CLOEXEC",
    "Event",
    "add_watch",
    "event",
    "init",
    "init1",
    "read_events",
    "rm_watch",
    "startloop",
    "stoploop",
    "unwatch",
    "watch",
]

_clash.warn_of_others(__file__)
