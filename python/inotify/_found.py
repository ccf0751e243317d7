# SPDX-License-Identifier: MIT
"""
What listings of new directories have told, so that queued events do not tell it again.

A directory is watched first and listed after, so that what is created in between is
listed and queued. The queue's end at the listing says which events are that old.
"""

import collections
from typing import Deque, Dict, Iterable, Set, Tuple


class Found:
    """Nothing yet."""

    def __init__(self) -> None:
        self._names: Dict[int, Set[str]] = {}
        self._newest: Dict[int, int] = {}
        self._ends: Deque[Tuple[int, int]] = collections.deque()

    def add(self, wd: int, names: Iterable[str], end: int) -> None:
        """Notes the names told of a directory; events beyond end tell something new."""
        self._names.setdefault(wd, set()).update(names)
        self._newest[wd] = end
        self._ends.append((end, wd))

    def has(self, wd: int, name: str) -> bool:
        """Whether the creation of this name has been told."""
        return name in self._names.get(wd, ())

    def gone(self, wd: int, name: str) -> None:
        """The name was removed: its next creation is another one."""
        self._names.get(wd, set()).discard(name)

    def advance(self, end: int) -> None:
        """Forgets what no event at this end of the queue or later can repeat."""
        while self._ends and self._ends[0][0] < end:
            old, wd = self._ends.popleft()
            if self._newest.get(wd) == old:
                del self._newest[wd], self._names[wd]

    def clear(self) -> None:
        """Forgets all."""
        self._names.clear()
        self._newest.clear()
        self._ends.clear()
