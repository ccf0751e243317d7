# SPDX-License-Identifier: MIT
"""
An inotify instance that any thread may close while others wait for it or use it.

Its descriptors are its own, and are closed when it was told so and the last that uses
them is done. It calls nobody back and never starts a thread.
"""

from __future__ import annotations

import collections
import contextlib
import os
import select
import threading
from typing import Any, Deque, Generic, Iterator, Optional, Tuple, Type, TypeVar

import _inotify

_INT_MAX = 2**31 - 1
_Event = TypeVar("_Event", bound=Tuple[Any, ...])


class Instance(Generic[_Event]):
    """
    event_type  a tuple of wd, mask, cookie, len, name, which its events are

    Raises OSError when it is made: EMFILE (fs.inotify.max_user_instances or the
    descriptors of the process are used up), ENFILE, ENOMEM.
    """

    def __init__(self, event_type: Type[_Event]) -> None:
        self._event_type = event_type
        self._events: Deque[_Event] = collections.deque()  # taken, not handed out yet
        self._users = 0
        self._is_closed = False
        self._fds: Deque[int] = collections.deque()
        # Signal handlers close what the thread they interrupt is using.
        self._lock = threading.RLock()
        self._fd = _inotify.create(_inotify.NONBLOCK)
        self._fds.append(self._fd)
        try:
            self._alarm, self._bell = os.pipe()  # rung when it is closed; the other end
        except OSError:
            self._close_descriptors()
            raise
        self._fds += [self._alarm, self._bell]

    def __del__(self) -> None:
        self._close_descriptors()

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """End all watches, forget all events, wake who waits. Twice is harmless."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._events.clear()
            os.write(self._bell, b"\0")
            if self._users == 0:
                self._close_descriptors()

    def _close_descriptors(self) -> None:
        while True:
            try:
                fd = self._fds.pop()
            except IndexError:
                return
            os.close(fd)

    @contextlib.contextmanager
    def use(self) -> Iterator[Optional[int]]:
        """Give the descriptor, which stays open until the end; None if it is closed."""
        with self._lock:
            self._users += 1
        try:
            yield None if self._is_closed else self._fd
        finally:
            with self._lock:
                self._users -= 1
                if self._is_closed and self._users == 0:
                    self._close_descriptors()

    def fill(self, timeout_ms: int) -> None:
        """
        Take all events that are queued, unless some taken before are still there.

        If there are none it waits for them, for at most timeout_ms; without end if that
        is negative or more than poll(2) can wait. It returns at once when the instance
        is closed. Raises OSError of poll(2), read(2).
        """
        if self._events:
            return
        with self.use() as fd:
            if fd is None:
                return
            self._wait(fd, timeout_ms)
            with self._lock:  # threads that share an instance do not mix up the order
                if not self._is_closed:
                    self._events += _inotify.read_batch(fd, self._event_type)

    def _wait(self, fd: int, timeout_ms: int) -> None:
        poll = select.poll()
        for waited_for in (fd, self._alarm):
            poll.register(waited_for, select.POLLIN)
        poll.poll(timeout_ms if 0 <= timeout_ms <= _INT_MAX else None)

    def next_event(self) -> Optional[_Event]:
        """The oldest event that was taken; None if there is none, or it is closed."""
        if self._is_closed:
            return None
        try:
            return self._events.popleft()
        except IndexError:
            return None
