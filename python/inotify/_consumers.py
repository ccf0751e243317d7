# SPDX-License-Identifier: MIT
"""
Tasks that wait for a Watcher, in any number of asyncio loops.

A loop reads the Watcher's descriptor as long as one of its tasks waits, and that stays
open as long. All that wait are woken, and look by themselves: so none of them has
anything in its hands that could be lost with it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Dict, List

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future

    import _inotify


class _Loop:
    """What one loop has to do with the Watcher."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.waiting: List[Future[None]] = []

    def wake(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None)


class Consumers:
    """Nobody waits yet. The Watcher is given each time, so that it is not kept alive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # loops run in threads
        self._loops: Dict[AbstractEventLoop, _Loop] = {}

    def join(self, watcher: _inotify.Watcher[Any]) -> Future[None]:
        """
        A future that is done when there is something to do; leave() is due for it.

        Look before waiting for it: reading the descriptor may have used up the news.
        Raises ValueError if the Watcher is closed.
        """
        # Only here is it known that asyncio is wanted: importing it takes long.
        from asyncio import get_running_loop  # pylint: disable=import-outside-toplevel

        loop = get_running_loop()
        future = loop.create_future()
        with self._lock:
            entry = self._loops.get(loop)
            is_first = entry is None
            if entry is None:
                entry = self._loops[loop] = _Loop(watcher.hold())
        entry.waiting.append(future)
        if is_first:
            loop.add_reader(entry.fd, entry.wake)
        return future

    def leave(self, watcher: _inotify.Watcher[Any], future: Future[None]) -> None:
        """The task waits no more, whether its future is done or not."""
        loop = future.get_loop()
        entry = self._loops[loop]
        entry.waiting.remove(future)
        if entry.waiting:
            return
        with self._lock:
            del self._loops[loop]
        if not loop.is_closed():
            loop.remove_reader(entry.fd)
        watcher.let_go()
