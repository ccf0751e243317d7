# SPDX-License-Identifier: MIT
"""
An inotify instance and the events taken from it that nobody has asked for yet.

It owns the one descriptor. It knows watch descriptors but no paths. All methods may be
called from any thread: who closes it wakes who waits, and the descriptor's number is
given back only when nobody uses it, so that none of them ever meets another file.
"""

import collections
import contextlib
import fcntl
import math
import os
import select
import struct
import termios
import threading
from typing import Deque, Iterable, Iterator, NamedTuple, Optional

import _inotify
from inotify import calls

_HEADER_BYTES = struct.calcsize("iIII")  # struct inotify_event without its name
_COUNT = struct.Struct("i")
_READ_BYTES = 65536  # 240 of the longest events, thousands of common ones


class RawEvent(NamedTuple):
    """What the kernel said; name is '' if there is none."""

    wd: int
    mask: int
    cookie: int
    len: int
    name: str
    end: int  # its place: bytes that were ever queued up to its end; 0 for made-up ones


def made_up(wd: int, mask: int, name: str) -> RawEvent:
    """An event as the kernel would have told it."""
    # The kernel pads a name and its NUL to the size of the header.
    size = _HEADER_BYTES
    length = (len(os.fsencode(name)) // size + 1) * size
    return RawEvent(wd, mask, 0, length, name, 0)


class EventQueue:
    """One inotify instance; InotifyError if there can be none."""

    def __init__(self) -> None:
        self.is_open = False
        self._lock = threading.RLock()  # a signal's handler may close as well
        self._users = 0
        self._events: Deque[RawEvent] = collections.deque()
        self._taken = 0
        self._fd: int = calls._call(_inotify.create, _inotify.NONBLOCK)
        self.is_open = True

    @contextlib.contextmanager
    def _descriptor(self) -> Iterator[int]:
        with self._lock:
            self.check_open()
            self._users += 1
        try:
            yield self._fd
        finally:
            with self._lock:
                self._users -= 1
                self._give_back()

    def _give_back(self) -> None:
        if not self.is_open and self._users == 0 and self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def check_open(self) -> None:
        """ValueError after close()."""
        if not self.is_open:
            raise ValueError("the inotify instance is closed")

    def close(self) -> None:
        """Forgets all events, ends all watches, wakes who waits. Twice is harmless."""
        with self._lock:
            if not self.is_open:
                return
            self.is_open = False
            self._events.clear()
            if self._users:
                self._wake()
            self._give_back()

    def _wake(self) -> None:
        # The end of a watch is an event, and the only one that can be made from here.
        with contextlib.suppress(OSError):
            wd = _inotify.add(self._fd, "/", _inotify.DELETE_SELF)
            _inotify.remove(self._fd, wd)

    def add(self, path: str, mask: int) -> int:
        """calls.inotify_add_watch()."""
        with self._descriptor() as fd:
            return calls.inotify_add_watch(fd, path, mask)

    def remove(self, wd: int) -> None:
        """calls.inotify_rm_watch()."""
        with self._descriptor() as fd:
            calls.inotify_rm_watch(fd, wd)

    def wait(self, block_s: Optional[float]) -> None:
        """Waits until the kernel has events, for block_s seconds; for ever if None."""
        timeout = None
        if block_s is not None and block_s >= 0:
            timeout = math.ceil(block_s * 1000)
        with self._descriptor() as fd:
            poller = select.poll()
            poller.register(fd, select.POLLIN)
            poller.poll(timeout)

    def take(self) -> None:
        """Reads a batch of what the kernel has, at once; nothing if it has nothing."""
        with self._lock, self._descriptor() as fd:
            for wd, mask, cookie, length, name in _inotify.read_batch(
                fd, tuple, _READ_BYTES
            ):
                self._taken += _HEADER_BYTES + length
                self._events.append(
                    RawEvent(wd, mask, cookie, length, name, self._taken)
                )

    def end(self) -> int:
        """The place (see RawEvent.end) behind all that is queued now."""
        with self._lock, self._descriptor() as fd:
            count = fcntl.ioctl(fd, termios.FIONREAD, bytes(_COUNT.size))
            return self._taken + int(_COUNT.unpack(count)[0])

    def taken(self) -> int:
        """The place behind all that was taken from the kernel."""
        return self._taken

    def is_empty(self) -> bool:
        """Whether nothing is left of what was taken."""
        return not self._events

    def pop(self) -> Optional[RawEvent]:
        """The oldest event, None if nothing is left of what was taken."""
        try:
            return self._events.popleft()
        except IndexError:
            return None

    def push_front(self, events: Iterable[RawEvent]) -> None:
        """Puts events before all others, in their order."""
        with self._lock:
            if self.is_open:
                self._events.extendleft(reversed(list(events)))
