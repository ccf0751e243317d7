# SPDX-License-Identifier: MIT
"""
Which watch descriptor stands for which path, both ways.

One inode may be watched by several paths: it has one descriptor then, and events carry
the newest. One path may have stood for several inodes: it finds the newest, and the
others keep it as their label until they are forgotten. It never asks the system.
"""

from typing import Dict, List, Optional, Set


class WatchTable:
    """An empty table."""

    def __init__(self) -> None:
        self._labels: Dict[int, str] = {}
        self._wds: Dict[str, int] = {}
        self._older: Dict[int, Set[str]] = {}  # paths beside the label, which are rare

    def label(self, wd: int, path: str) -> None:
        """Lets events of wd carry path, and path find wd."""
        before = self._labels.get(wd)
        if before is not None and before != path:
            self._older.setdefault(wd, set()).add(before)
        self._labels[wd] = path
        self._wds[path] = wd

    def move(self, wd: int, path: str) -> None:
        """The same for a watch that is no longer found by its other paths."""
        self.forget(wd)
        self.label(wd, path)

    def forget(self, wd: int) -> None:
        """Forgets the watch and all its paths; nothing if it is not known."""
        label = self._labels.pop(wd, None)
        if label is None:
            return
        for path in self._older.pop(wd, set()) | {label}:
            if self._wds.get(path) == wd:
                del self._wds[path]

    def path(self, wd: int) -> Optional[str]:
        """The path that events of wd carry."""
        return self._labels.get(wd)

    def wd(self, path: str) -> Optional[int]:
        """The watch that was added for path last."""
        return self._wds.get(path)

    def clear(self) -> None:
        """Forgets all."""
        for wd in self.wds():
            self.forget(wd)

    def wds(self) -> List[int]:
        """All watches."""
        return list(self._labels)
