# SPDX-License-Identifier: MIT
"""
Which watched directory lies in which, and under which name: watch descriptors, no paths.

It never asks the system, and never has a circle. What lost its name to another directory,
and has not been seen since, is in limbo.
"""

from typing import Dict, List, Tuple

ROOT = 0  # the kernel counts from 1
LIMBO = -1


class Family:
    """No directories yet."""

    def __init__(self) -> None:
        self._places: Dict[int, Tuple[int, str]] = {}
        self._children: Dict[int, Dict[str, int]] = {}

    def put(self, wd: int, parent: int, name: str) -> None:
        """
        Puts a directory, with all below it, into another one, or at the top (ROOT).

        Who had that place is in limbo then, and so is what would lie in itself: only
        names that have changed since can say so.
        """
        if self._places.get(wd) == (parent, name):
            return
        self._leave(wd)
        if self._is_below(parent, wd):
            parent, name = LIMBO, str(wd)
        before = self.child(parent, name)
        if before:
            self._leave(before)
            self.put(before, LIMBO, str(before))
        self._places[wd] = (parent, name)
        self._children.setdefault(parent, {})[name] = wd

    def _is_below(self, wd: int, ancestor: int) -> bool:
        while wd > ROOT:
            if wd == ancestor:
                return True
            wd = self._places.get(wd, (ROOT, ""))[0]
        return False

    def _leave(self, wd: int) -> None:
        parent, name = self._places.pop(wd, (ROOT, ""))
        siblings = self._children.get(parent, {})
        if siblings.get(name) == wd:
            del siblings[name]
            if not siblings:
                del self._children[parent]

    def remove(self, wd: int) -> None:
        """Removes one directory; what was in it is in limbo then."""
        self._leave(wd)
        for child in list(self._children.get(wd, {}).values()):
            self.put(child, LIMBO, str(child))

    def child(self, parent: int, name: str) -> int:
        """The directory of that name, 0 if there is none."""
        return self._children.get(parent, {}).get(name, 0)

    def place(self, wd: int) -> Tuple[int, str]:
        """Where a directory lies, and its name."""
        return self._places.get(wd, (LIMBO, str(wd)))

    def lost(self) -> List[int]:
        """What is in limbo."""
        return list(self._children.get(LIMBO, {}).values())

    def below(self, wd: int) -> List[int]:
        """The directory and all below it, parents first."""
        found = [wd]
        for ancestor in found:
            found.extend(self._children.get(ancestor, {}).values())
        return found

    def all(self) -> List[int]:
        """All directories."""
        return list(self._places)
